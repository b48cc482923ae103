#pragma once

#include "adapters/notify_agent/outside.h"
#include "adapters/sms_hilink/modem.h"
#include "adapters/telegram/bot.h"

#include <atomic>

namespace provodka::notify_agent {

// A stick. The mark is the newest message of its outbox before this one.
class SmsCarrier : public Carrier {
 public:
  SmsCarrier(http_client::Url url, sms_hilink::ModemOptions options)
      : modem_(std::move(url), std::move(options)) {}
  Channel channel() const override { return Channel::sms; }
  Result<std::string> ready() override;
  Sent send(const std::string& to, const std::string& text, const std::string& mark) override;
  Sent settle(const std::string& to, const std::string& mark) override;
  void stop() override { modem_.stop(); }

 private:
  sms_hilink::Modem modem_;
  uint32_t since_room_ = 0;
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
