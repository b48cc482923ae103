#include "tests/adapters/notify_agent/fake_carrier.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::notify_agent {
namespace {

using End = Sent::End;
using test::begin;
using test::FakeCarrier;
using test::FakeLedger;
using test::kRub;
using test::OpenData;
using test::options;
using test::request;
using test::View;

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

TEST_CASE("reports of the other parts of a long text are of no other message, whoever starts again") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms});
  OpenData personal;
  FakeCarrier sms(Channel::sms);
  sms.reports = true;
  sms.detail = "3 parts";
  uint64_t first = 0, second = 0;
  {
    View view(ledger);
    Agent agent(view, personal, view, {&sms}, options());
    first = request(ledger);
    ledger.until(first, Outcome::sent, 2);
    second = request(ledger);
    ledger.until(second, Outcome::sent, 2);
    sms.report(7, true);
    sms.report(8, false);
    CHECK(ledger.until(first, Outcome::delivered, 3).size() == 3);
    REQUIRE(sms.all_forgotten());
    CHECK(ledger.until(second, Outcome::sent, 2).size() == 2);
  }
  // The next agent knows of the first report alone, which the journal has, so that it waits for two more.
  Agent agent(ledger, personal, ledger, {&sms}, options());
  sms.report(9, false);
  sms.report(10, false);
  REQUIRE(sms.all_forgotten());
  CHECK(ledger.until(second, Outcome::sent, 2).size() == 2);
  sms.report(11, true);
  CHECK(ledger.until(second, Outcome::delivered, 3).size() == 3);
}

TEST_CASE("a report that comes late stays not on the stick, and is not of what was sent after it") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms});
  OpenData personal;
  FakeCarrier sms(Channel::sms);
  sms.reports = true;
  sms.mark = "after outbox 10";
  sms.report(5, false);
  Agent agent(ledger, personal, ledger, {&sms}, options());
  REQUIRE(sms.all_forgotten());  // while nothing waits for it
  const uint64_t message = request(ledger);
  ledger.until(message, Outcome::sent, 2);
  sms.report(9, false);
  sms.report(10, false);
  REQUIRE(sms.all_forgotten());
  CHECK(ledger.until(message, Outcome::sent, 2).size() == 2);
  sms.report(11, true);
  CHECK(ledger.until(message, Outcome::delivered, 3).size() == 3);
}

TEST_CASE("what was reported is read before the next message goes out") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms});
  OpenData personal;
  FakeCarrier sms(Channel::sms);
  sms.reports = true;
  AgentOptions how = options();
  how.receipts_each = std::chrono::hours(1);
  Agent agent(ledger, personal, ledger, {&sms}, how);
  const uint64_t first = request(ledger);
  ledger.until(first, Outcome::sent, 2);
  sms.report(1, true);
  const uint64_t second = request(ledger);
  ledger.until(second, Outcome::sent, 2);
  CHECK(ledger.until(first, Outcome::delivered, 3).size() == 3);
}

TEST_CASE("what came of a message that was cut off is read once it is settled") {
  FakeLedger ledger;
  begin(ledger, 0, Trigger::payment_received, {Channel::sms});
  OpenData personal;
  const uint64_t message = request(ledger);
  {
    View view(ledger);
    FakeCarrier sms(Channel::sms);
    ledger.dies_at_intent = true;
    Agent agent(view, personal, view, {&sms}, options());
    ledger.until(message, Outcome::sending, 1);
  }
  ledger.dies_at_intent = ledger.dead = false;
  FakeCarrier sms(Channel::sms);
  sms.reports = true;
  sms.settles = End::sent;
  sms.report(1, true);
  Agent agent(ledger, personal, ledger, {&sms}, options());
  CHECK(ledger.until(message, Outcome::delivered, 3) ==
        std::vector{Outcome::sending, Outcome::sent, Outcome::delivered});
}

TEST_CASE("who writes has read what was sent before, by Telegram's clock, and nothing else") {
  FakeLedger ledger;
  begin(ledger, 1);
  OpenData personal;
  FakeCarrier telegram(Channel::telegram), sms(Channel::sms);
  telegram.date_s = 1'000;
  Agent agent(ledger, personal, ledger, {&telegram, &sms}, options());
  const uint64_t message = request(ledger);
  ledger.until(message, Outcome::sent, 2);
  agent.chat_was_read("777", 999);
  agent.chat_was_read("777", 1'000);  // the same second: nobody knows which came first
  agent.chat_was_read("778", 2'000);
  CHECK(ledger.until(message, Outcome::sent, 2).size() == 2);
  agent.chat_was_read("777", 1'001);
  CHECK(ledger.until(message, Outcome::delivered, 3).size() == 3);
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
