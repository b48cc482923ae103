#pragma once

#include "adapters/notify_agent/outside.h"
#include "adapters/sms_gammu/stick.h"
#include "adapters/sms_hilink/modem.h"
#include "adapters/telegram/bot.h"

#include <atomic>

namespace provodka::notify_agent {

// A stick. The mark is the newest message of its outbox before this one.
class SmsCarrier : public Carrier {
 public:
  // With `receipts` the network is asked to report what became of each message.
  SmsCarrier(http_client::Url url, sms_hilink::ModemOptions options, bool receipts = true)
      : modem_(std::move(url), std::move(options)), wants_receipts_(receipts) {}
  Channel channel() const override { return Channel::sms; }
  Result<std::string> ready() override;
  Sent send(const std::string& to, const std::string& text, const std::string& mark) override;
  Sent settle(const std::string& to, const std::string& mark) override;
  bool has_receipts() const override { return wants_receipts_; }
  Result<std::vector<Receipt>> receipts() override;
  Result<void> forget(const Receipt&) override;
  void stop() override { modem_.stop(); }

 private:
  sms_hilink::Modem modem_;
  bool wants_receipts_;  // until the stick says that it has none
  uint32_t since_room_ = 0;
};

// A stick with a serial port. The mark is the newest copy in its outbox before this message.
class GammuCarrier : public Carrier {
 public:
  explicit GammuCarrier(std::unique_ptr<sms_gammu::Stick> stick) : stick_(std::move(stick)) {}
  Channel channel() const override { return Channel::sms; }
  Result<std::string> ready() override;
  Sent send(const std::string& to, const std::string& text, const std::string& mark) override;
  Sent settle(const std::string& to, const std::string& mark) override;
  void stop() override { stick_->stop(); }

 private:
  const std::unique_ptr<sms_gammu::Stick> stick_;
};

// A bot. There is nothing that tells later how a message ended.
class TelegramCarrier : public Carrier {
 public:
  TelegramCarrier(http_client::Url url, telegram::BotOptions options)
      : bot_(std::move(url), std::move(options)) {}
  Channel channel() const override { return Channel::telegram; }
  Result<std::string> ready() override;
  Sent send(const std::string& to, const std::string& text, const std::string& mark) override;
  Sent settle(const std::string& to, const std::string& mark) override;
  void stop() override { bot_.stop(); }

 private:
  telegram::Bot bot_;
  bool is_well_ = false;  // it answered when it was asked last
};

// The mark in the text of an intent; nullopt where it has none.
std::optional<sms_hilink::Mark> mark_in(std::string_view text);

}  // namespace provodka::notify_agent
