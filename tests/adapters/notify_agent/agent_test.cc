#include "adapters/notify_agent/agent.h"

#include "tests/adapters/notify_agent/fake_ledger.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::notify_agent {
namespace {

using test::FakeLedger;
using test::View;
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
    return std::string("mark");
  }
  Sent send(const std::string& to, const std::string& text, const std::string&) override {
    std::lock_guard lock(mutex);
    sent.push_back(to + ": " + text);
    const size_t at = std::min(sent.size(), ends.size());
    return {.end = at == 0 ? End::sent : ends[at - 1], .detail = {}, .blocked = blocks};
  }
  bool has_receipts() const override { return reports; }
  Result<std::vector<Receipt>> receipts() override {
    std::lock_guard lock(mutex);
    return reported;
  }
  Result<void> forget(const Receipt& receipt) override {
    std::lock_guard lock(mutex);
    std::erase_if(reported, [&](const Receipt& one) { return one.number == receipt.number; });
    return {};
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
  std::vector<Receipt> reported;
  End settles = End::unknown;
  std::mutex mutex;
  std::vector<std::string> sent;
};

AgentOptions options() {
  AgentOptions out;
  out.sms_per_minute = 0;
  out.channel_away = std::chrono::milliseconds(50);
  out.pause_min = std::chrono::milliseconds(1);
  out.pause_max = std::chrono::milliseconds(20);
  out.receipts_each = std::chrono::milliseconds(5);
  return out;
}

const Currency kRub = *Currency::from_code("RUB");

void begin(FakeLedger& ledger, uint32_t minutes = 0, Trigger trigger = Trigger::payment_received,
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

uint64_t request(FakeLedger& ledger) {
  return ledger.add(notification::MessageRequested{.subscriber = {"s"},
                                                   .template_ = {"news"},
                                                   .language = {"ru"},
                                                   .version = 1,
                                                   .sealed = {},
                                                   .effective = {20000}});
}

TEST_CASE("the intent is recorded, then it is sent, then that is recorded") {
  FakeLedger ledger;
  begin(ledger);
  OpenData personal;
  FakeCarrier telegram(Channel::telegram), sms(Channel::sms);
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  CHECK(ledger.until(request(ledger), Outcome::sent, 2) == std::vector{Outcome::sending, Outcome::sent});
  CHECK(telegram.all() == std::vector<std::string>{"777: Anna!"});
  CHECK(sms.all().empty());
}

TEST_CASE("a failure falls through, and a failure for now is tried again") {
  FakeLedger ledger;
  begin(ledger);
  OpenData personal;
  FakeCarrier telegram(Channel::telegram, {End::not_now, End::failed}), sms(Channel::sms);
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  ledger.until(request(ledger), Outcome::sent, 6);
  CHECK(telegram.all().size() == 2);
  CHECK(sms.all() == std::vector<std::string>{"+79001234567: Anna!"});
}

TEST_CASE("what is unknown is left alone") {
  FakeLedger ledger;
  begin(ledger, 1);
  OpenData personal;
  FakeCarrier telegram(Channel::telegram, {End::unknown, End::sent}), sms(Channel::sms);
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  const uint64_t first = request(ledger);
  CHECK(ledger.until(first, Outcome::unknown, 2).size() == 2);
  // What comes behind it has its turn.
  ledger.until(request(ledger), Outcome::sent, 2);
  CHECK(telegram.all().size() == 2);
  CHECK(ledger.journal[first].size() == 2);
  CHECK(sms.all().empty());
}

TEST_CASE("an attempt that was cut off is settled or unknown, and not made again") {
  for (const End end : {End::unknown, End::sent, End::failed}) {
    FakeLedger ledger;
    begin(ledger);
    OpenData personal;
    const uint64_t message = request(ledger);
    {
      View view(ledger);
      FakeCarrier telegram(Channel::telegram);
      ledger.dies_at_intent = true;
      Agent agent(view, personal, view, {&telegram}, options());
      ledger.until(message, Outcome::sending, 1);
    }
    ledger.dies_at_intent = ledger.dead = false;
    FakeCarrier telegram(Channel::telegram), sms(Channel::sms);
    telegram.settles = end;
    Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
    const auto lines = end == End::failed ? ledger.until(message, Outcome::sent, 4)
                       : end == End::sent ? ledger.until(message, Outcome::sent, 2)
                                          : ledger.until(message, Outcome::unknown, 2);
    CHECK(lines.size() == (end == End::failed ? 4 : 2));
    CHECK(telegram.all().empty());
    CHECK(sms.all().size() == (end == End::failed ? 1 : 0));
  }
}

TEST_CASE("two agents at once send nothing twice") {
  FakeLedger ledger;
  begin(ledger);
  OpenData personal;
  FakeCarrier first(Channel::telegram), second(Channel::telegram);
  std::vector<uint64_t> messages;
  {
    View one(ledger), other(ledger);
    Agent a(one, personal, one, {&first}, options());
    Agent b(other, personal, other, {&second}, options());
    REQUIRE(a.wait_until_caught_up());
    REQUIRE(b.wait_until_caught_up());
    for (int i = 0; i < 50; ++i) messages.push_back(request(ledger));
    for (const uint64_t message : messages)
      CHECK(ledger.until(message, Outcome::sent, 2) == std::vector{Outcome::sending, Outcome::sent});
  }
  CHECK(first.all().size() + second.all().size() == messages.size());
}

TEST_CASE("a cause is told once, whoever starts again") {
  FakeLedger ledger;
  begin(ledger);
  OpenData personal;
  const auto pay = [&] {
    return ledger.add(
        payment::PaymentReceived{.account = {"a"},
                                 .amount = {100, kRub},
                                 .provider = {"cash"},
                                 .external_id = {"x"},
                                 .paid_at = {},
                                 .note = {},
                                 .effective = {20000},
                                 .postings = {{{book::Kind::customer, "a"}, {100, kRub}, {100, kRub}}},
                                 .available = {100, kRub},
                                 .access = account::Access::on});
  };
  pay();
  const uint64_t message = pay() + 1;
  size_t sent = 0;
  for (int run = 0; run < 3; ++run) {
    View view(ledger);
    FakeCarrier telegram(Channel::telegram);
    Agent agent(view, personal, view, {&telegram}, options());
    ledger.until(message, Outcome::sent, 2);
    ledger.until(message + 1, Outcome::sent, 2);
    ledger.until(request(ledger), Outcome::sent, 2);
    sent += telegram.all().size();
  }
  CHECK(sent == 2 + 3);
}

TEST_CASE("what the network reports settles a message, and a failure leads on") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms, Channel::telegram});
  OpenData personal;
  FakeCarrier telegram(Channel::telegram), sms(Channel::sms);
  sms.reports = true;
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  const uint64_t first = request(ledger);
  CHECK(ledger.until(first, Outcome::sent, 2).size() == 2);
  CHECK_FALSE(ledger.reports[first].final_);
  sms.report(1, true, "+70000000000");  // somebody else's
  sms.report(2, true);
  CHECK(ledger.until(first, Outcome::delivered, 3).size() == 3);
  const uint64_t second = request(ledger);
  ledger.until(second, Outcome::sent, 2);
  sms.report(3, false);
  CHECK(ledger.until(second, Outcome::sent, 5) ==
        std::vector{Outcome::sending, Outcome::sent, Outcome::failed, Outcome::sending, Outcome::sent});
  CHECK(telegram.all().size() == 1);
  CHECK(sms.all().size() == 2);
}

TEST_CASE("a report that the journal has is of no other message, whoever died before it was forgotten") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms});
  OpenData personal;
  FakeCarrier sms(Channel::sms);
  sms.reports = true;
  uint64_t first = 0, second = 0;
  {
    View view(ledger);
    Agent agent(view, personal, view, {&sms}, options());
    first = request(ledger);
    ledger.until(first, Outcome::sent, 2);
    sms.report(7, true);
    ledger.until(first, Outcome::delivered, 3);
    second = request(ledger);
    ledger.until(second, Outcome::sent, 2);
  }
  {
    std::lock_guard lock(sms.mutex);
    sms.reported = {{7, "+79001234567", true}};
  }
  Agent agent(ledger, personal, ledger, {&sms}, options());
  sms.report(8, false);
  CHECK(ledger.until(second, Outcome::failed, 3) ==
        std::vector{Outcome::sending, Outcome::sent, Outcome::failed});
}

TEST_CASE("who blocks the bot is unlinked where that is wanted") {
  for (const bool wanted : {false, true}) {
    FakeLedger ledger;
    begin(ledger);
    ledger.add(notification::MessagesConfigured{.quiet_hours = {},
                                                .per_day = {},
                                                .charge_due_days = 3,
                                                .staff = {},
                                                .unlink_blocked = wanted,
                                                .effective = {20000}});
    OpenData personal;
    FakeCarrier telegram(Channel::telegram, {End::failed}), sms(Channel::sms);
    telegram.blocks = true;
    Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
    CHECK(ledger.until(request(ledger), Outcome::sent, 4).size() == 4);
    CHECK(ledger.until(request(ledger), Outcome::sent, wanted ? 2 : 4).size() == (wanted ? 2 : 4));
    CHECK(telegram.all().size() == (wanted ? 1 : 2));
    CHECK(sms.all().size() == 2);
  }
}

TEST_CASE("a charge that is due is told once, whoever starts again") {
  struct Foresees : Outlook {
    Result<std::vector<Shortfall>> shortfalls(std::string_view, Instant) override {
      if (++asked == 1) return fault("not yet");
      return std::vector<Shortfall>{{"a", add_days(utc_date(wall_clock()), 3), "5.00 RUB"}};
    }
    void stop() override {}
    std::atomic<int> asked = 0;
  };
  FakeLedger ledger;
  begin(ledger, 0, Trigger::charge_due);
  OpenData personal;
  Foresees outlook;
  const uint64_t message = ledger.last().value() + 1;
  for (int run = 0; run < 2; ++run) {
    View view(ledger);
    FakeCarrier telegram(Channel::telegram);
    AgentOptions how = options();
    how.outlook = &outlook;
    Agent agent(view, personal, view, {&telegram}, how);
    CHECK(ledger.until(message, Outcome::sent, 2).size() == 2);
    ledger.until(request(ledger), Outcome::sent, 2);
    CHECK(telegram.all().size() == (run == 0 ? 2 : 1));
  }
}

TEST_CASE("a channel that is away for long is passed by") {
  FakeLedger ledger;
  begin(ledger);
  OpenData personal;
  FakeCarrier telegram(Channel::telegram), sms(Channel::sms);
  telegram.away = true;
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  CHECK(ledger.until(request(ledger), Outcome::sent, 2).size() == 2);
  CHECK(sms.all().size() == 1);
  CHECK(telegram.all().empty());
}

}  // namespace
}  // namespace provodka::notify_agent
