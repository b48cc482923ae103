#pragma once

#include "adapters/notify_agent/agent.h"
#include "tests/adapters/notify_agent/fake_ledger.h"

namespace provodka::notify_agent::test {

using End = Sent::End;

// What is sealed is the JSON itself.
struct OpenData : PersonalData {
  Result<std::optional<std::string>> open(std::string_view, std::string_view,
                                          std::string_view sealed) override {
    return std::string(sealed);
  }
};

// A channel that does as it is told, and counts. What is told last holds on.
struct FakeCarrier : Carrier {
  explicit FakeCarrier(Channel c, std::vector<End> e = {}) : of(c), ends(std::move(e)) {}
  Channel channel() const override { return of; }
  Result<std::string> ready() override {
    if (away) return fault("it is away");
    return mark;
  }
  Sent send(const std::string& to, const std::string& text, const std::string&) override {
    std::lock_guard lock(mutex);
    sent.push_back(to + ": " + text);
    const size_t at = std::min(sent.size(), ends.size());
    return {.end = at == 0 ? End::sent : ends[at - 1], .detail = detail, .blocked = blocks, .date_s = date_s};
  }
  bool has_receipts() const override { return reports; }
  Result<std::vector<Receipt>> receipts() override {
    std::lock_guard lock(mutex);
    return reported;
  }
  Result<void> forget(const Receipt& receipt) override {
    std::lock_guard lock(mutex);
    std::erase_if(reported, [&](const Receipt& one) { return one.number == receipt.number; });
    forgotten.notify_all();
    return {};
  }
  // Waits until all that was reported is forgotten.
  bool all_forgotten() {
    std::unique_lock lock(mutex);
    return forgotten.wait_for(lock, std::chrono::seconds(20), [this] { return reported.empty(); });
  }
  void report(uint64_t number, bool delivered, std::string phone = "+79001234567") {
    std::lock_guard lock(mutex);
    reported.push_back({number, std::move(phone), delivered});
  }
  Sent settle(const std::string&, const std::string&) override { return {.end = settles, .detail = {}}; }
  void stop() override {}
  std::vector<std::string> all() {
    std::lock_guard lock(mutex);
    return sent;
  }

  const Channel of;
  const std::vector<End> ends;
  std::atomic<bool> away{false};
  bool reports = false, blocks = false;
  std::string mark = "mark", detail;  // of what is sent
  int64_t date_s = 0;
  std::vector<Receipt> reported;
  std::condition_variable forgotten;
  End settles = End::unknown;
  std::mutex mutex;
  std::vector<std::string> sent;
};

inline AgentOptions options() {
  AgentOptions out;
  out.sms_per_minute = 0;
  out.channel_away = std::chrono::milliseconds(50);
  out.pause_min = std::chrono::milliseconds(1);
  out.pause_max = std::chrono::milliseconds(20);
  out.receipts_each = std::chrono::milliseconds(5);
  return out;
}

inline const Currency kRub = *Currency::from_code("RUB");

inline void begin(FakeLedger& ledger, uint32_t minutes = 0, Trigger trigger = Trigger::payment_received,
                  notification::Channels channels = {Channel::telegram, Channel::sms}) {
  ledger.add(tenant::TenantCreated{.tenant = {"acme"},
                                   .currency = kRub,
                                   .zone = {"Europe/Moscow"},
                                   .locale = {"ru"},
                                   .name = {},
                                   .log_key = {"k"},
                                   .effective = {20000}});
  ledger.add(subscriber::SubscriberRegistered{
      .subscriber = {"s"},
      .kind = subscriber::Kind::person,
      .language = {},
      .sealed = {R"({"subscriber":"s","name":"Anna","phones":["+79001234567"]})"},
      .effective = {20000}});
  ledger.add(
      notification::TelegramLinked{.subscriber = {"s"},
                                   .sealed = {R"({"subscriber":"s","chat":"777","phone":"+79001234567"})"},
                                   .effective = {20000}});
  ledger.add(account::AccountOpened{.account = {"a"},
                                    .subscriber = Id{"s"},
                                    .label = {},
                                    .credit_limit = Money::zero(kRub),
                                    .point = {"a"},
                                    .effective = {20000},
                                    .standing = {}});
  ledger.add(
      notification::TemplateSaved{.template_ = {"news"},
                                  .language = {"ru"},
                                  .version = 1,
                                  .text = {"{name}!"},
                                  .fields = {},
                                  .trigger = trigger,
                                  .channels = channels,
                                  .fall_through_minutes = minutes ? std::optional(minutes) : std::nullopt,
                                  .effective = {20000}});
}

inline uint64_t request(FakeLedger& ledger) {
  return ledger.add(notification::MessageRequested{.subscriber = {"s"},
                                                   .template_ = {"news"},
                                                   .language = {"ru"},
                                                   .version = 1,
                                                   .sealed = {},
                                                   .effective = {20000}});
}

}  // namespace provodka::notify_agent::test
