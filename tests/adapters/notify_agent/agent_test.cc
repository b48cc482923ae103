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
    return {.end = at == 0 ? End::sent : ends[at - 1], .detail = {}};
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
  return out;
}

const Currency kRub = *Currency::from_code("RUB");

void begin(FakeLedger& ledger, uint32_t minutes = 0) {
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
                                  .trigger = Trigger::payment_received,
                                  .channels = {Channel::telegram, Channel::sms},
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
