#include "tests/adapters/notify_agent/event_log.h"

namespace provodka::notify_agent {
namespace {

using test::kDay;
using test::kNoonInMoscow;
using test::kRub;
using test::Log;

TEST_CASE("only what happens after its template has a trigger is told") {
  Log log;
  log.begin();
  log.pay();
  CHECK(log.state.causes().empty());
  log.save("paid", Trigger::payment_received);
  const uint64_t at = log.pay();
  REQUIRE(log.state.causes().size() == 1);
  const Cause& cause = log.state.causes().at(at);
  CHECK(cause.command_id("s") == fmt::format("notify/payment_received/{}", at));
  CHECK(cause.to == std::vector<std::string>{"s"});
  CHECK(cause.template_name == "paid");
  CHECK(cause.fields ==
        FieldValues{
            {"account", "a"}, {"amount", "150.00 RUB"}, {"balance", "170.00 RUB"}, {"date", "01.06.2026"}});
  log.save("paid");
  log.pay();
  CHECK(log.state.causes().size() == 1);
}

TEST_CASE("a trigger is of a template in all its languages, until each was saved without") {
  Log log;
  log.begin();
  const auto tells = [&] {
    const uint64_t at = log.pay();
    const auto cause = log.state.causes().find(at);
    return cause == log.state.causes().end() ? std::string() : cause->second.template_name;
  };
  log.save("paid", Trigger::payment_received);
  log.save("paid", {}, 0, "en");
  CHECK(tells() == "paid");
  log.save("paid", Trigger::payment_received, 0, "en");
  log.save("paid");
  CHECK(tells() == "paid");
  log.save("paid", Trigger::blocked, 0, "de");  // a language may have another one
  CHECK(tells() == "paid");
  log.save("paid", {}, 0, "en");
  CHECK(tells().empty());
  log.save("thanks", Trigger::payment_received);
  log.save("paid", {}, 0, "en");
  CHECK(tells() == "thanks");
}

TEST_CASE("a cause that a message was asked for is told no more") {
  Log log;
  log.begin();
  log.save("paid", Trigger::payment_received);
  const uint64_t first = log.pay(), second = log.pay();
  log.request("paid", fmt::format("notify/payment_received/{}", first));
  log.request("paid", fmt::format("notify/blocked/{}", second));
  log.request("paid", fmt::format("somebody/payment_received/{}", second));
  REQUIRE(log.state.causes().size() == 1);
  CHECK(log.state.causes().contains(second));
}

TEST_CASE("a block of several points is told once, and again after an unblock") {
  Log log;
  log.begin();
  log.save("cut", Trigger::blocked);
  log.save("back", Trigger::unblocked);
  log.block(access::Change::block, 1, "c-1");
  log.block(access::Change::block, 1, "c-1", "a-2");
  CHECK(log.state.causes().size() == 1);
  log.block(access::Change::block, 2, "c-2");
  log.block(access::Change::unblock, 1, "c-3");
  CHECK(log.state.causes().size() == 1);
  log.block(access::Change::unblock, 0, "c-4");
  CHECK(log.state.causes().size() == 2);
  log.block(access::Change::block, 1, "c-5");
  CHECK(log.state.causes().size() == 3);
}

TEST_CASE("what happened long ago is not told, nor to who was erased") {
  Log log;
  log.begin();
  log.save("paid", Trigger::payment_received);
  log.pay();
  log.time = add_micros(log.time, micros_per_day + 1);
  log.save("other");
  CHECK(log.state.causes().empty());
  log.add(subscriber::SubscriberErased{.subscriber = {"s"}, .reason = {"asked"}, .effective = kDay});
  log.pay();
  CHECK(log.state.causes().empty());
}

TEST_CASE("staff are told of a run, each once") {
  Log log;
  log.begin();
  log.add(subscriber::SubscriberRegistered{.subscriber = {"boss"},
                                           .kind = subscriber::Kind::person,
                                           .language = {},
                                           .sealed = {"sealed"},
                                           .effective = kDay});
  const auto run = [&] {
    return log.add(
        billing::RunCompleted{.through = log.time,
                              .expected = 7,
                              .charged = 4,
                              .skipped = {{subscription::Why::unpaid, 3}},
                              .services = {{{"net"}, 3, {150'00, kRub}}, {{"tv"}, 1, {20'50, kRub}}},
                              .effective = kDay});
  };
  log.save("run", Trigger::run_report);
  run();
  CHECK(log.state.causes().empty());  // there is no staff
  log.add(notification::MessagesConfigured{.quiet_hours = {},
                                           .per_day = {},
                                           .charge_due_days = 3,
                                           .staff = {{"s"}, {"boss"}},
                                           .unlink_blocked = true,
                                           .effective = kDay});
  CHECK(log.state.unlinks_blocked());
  const uint64_t at = run();
  REQUIRE(log.state.causes().contains(at));
  const Cause& cause = log.state.causes().at(at);
  CHECK(cause.to == std::vector<std::string>{"s", "boss"});
  CHECK(cause.command_id("boss") == fmt::format("notify/run_report/{}/boss", at));
  CHECK(cause.fields == FieldValues{{"amount", "170.50 RUB"},
                                    {"charged", "4"},
                                    {"date", "01.06.2026"},
                                    {"expected", "7"},
                                    {"skipped", "3"}});
  log.request("run", fmt::format("notify/run_report/{}/s", at));
  CHECK(log.state.causes().at(at).to == std::vector<std::string>{"boss"});
}

TEST_CASE("a charge that is due is told once for a day") {
  Log log;
  log.begin();
  CHECK_FALSE(log.state.charges_through(kDay).has_value());
  log.save("due", Trigger::charge_due);
  CHECK(log.state.charges_through(kDay) == *Instant::parse("2026-06-03T21:00:00Z"));
  const Shortfall shortfall{"a", add_days(kDay, 2), "600.00 RUB"};
  const auto cause = log.state.cause_of(shortfall, kDay, log.time);
  REQUIRE(cause);
  CHECK(cause->command_id("s") == "notify/charge_due/a/2026-06-03");
  CHECK(cause->to == std::vector<std::string>{"s"});
  CHECK(cause->fields ==
        FieldValues{
            {"account", "a"}, {"amount", "600.00 RUB"}, {"balance", "0.00 RUB"}, {"date", "03.06.2026"}});
  // What is charged today is no news.
  CHECK_FALSE(log.state.cause_of({"a", kDay, "1"}, kDay, log.time).has_value());
  CHECK_FALSE(log.state.cause_of({"unknown", add_days(kDay, 2), "1"}, kDay, log.time).has_value());
  log.request("due", "notify/charge_due/a/2026-06-03");
  CHECK_FALSE(log.state.cause_of(shortfall, kDay, log.time).has_value());
  CHECK(log.state.cause_of({"a", add_days(kDay, 3), "1"}, kDay, log.time).has_value());
  log.add(subscriber::SubscriberErased{.subscriber = {"s"}, .reason = {"asked"}, .effective = kDay});
  CHECK_FALSE(log.state.cause_of({"a", add_days(kDay, 3), "1"}, kDay, log.time).has_value());
}

TEST_CASE("a chat holds until it is linked no more") {
  Log log;
  log.begin();
  log.add(notification::TelegramLinked{.subscriber = {"s"}, .sealed = {"sealed"}, .effective = kDay});
  CHECK(log.state.subscriber("s")->chat_at == Position(log.sequence));
  log.add(notification::TelegramUnlinked{.subscriber = {"s"}, .reason = {}, .effective = kDay});
  CHECK(log.state.subscriber("s")->chat_at == Position());
}

TEST_CASE("a message is open until its last report") {
  Log log;
  log.begin();
  log.save("news", {}, 5);
  const uint64_t message = log.request("news");
  REQUIRE(log.state.open().contains(message));
  CHECK(log.state.open().at(message).of->minutes == 5);
  log.report(message, Outcome::sending, 1, Channel::telegram);
  CHECK(log.state.open().at(message).progress == Progress::sending);
  CHECK(log.state.subscriber("s")->of_day == 1);
  log.report(message, Outcome::failed, 1, Channel::telegram, false, Reason{"not now: 429"});
  CHECK(log.state.open().at(message).again);
  log.report(message, Outcome::sending, 2, Channel::telegram);
  log.report(message, Outcome::failed, 2, Channel::telegram, false, Reason{"403"});
  CHECK(!log.state.open().at(message).again);
  CHECK(log.state.open().at(message).tries == std::array<uint32_t, 2>{2, 0});
  log.report(message, Outcome::sending, 3, Channel::sms, false, Reason{"after outbox 7"});
  CHECK(log.state.open().at(message).mark == "after outbox 7");
  log.report(message, Outcome::unknown, 3, Channel::sms);
  CHECK(log.state.open().at(message).progress == Progress::unknown);
  CHECK(log.state.subscriber("s")->of_day == 1);
  log.report(message, Outcome::sent, 3, Channel::sms, true);
  CHECK(log.state.open().empty());
}

TEST_CASE("messages of a day are counted by the tenant's day") {
  Log log;
  log.begin();
  log.save("news");
  log.time = *Instant::parse("2026-06-01T20:59:00Z");  // 23:59 in Moscow
  log.report(log.request("news"), Outcome::sending, 1, Channel::sms);
  log.report(log.request("news"), Outcome::sending, 1, Channel::sms);
  CHECK(log.state.subscriber("s")->of_day == 2);
  log.time = *Instant::parse("2026-06-01T21:00:00Z");
  log.report(log.request("news"), Outcome::sending, 1, Channel::sms);
  CHECK(log.state.subscriber("s")->of_day == 1);
}

TEST_CASE("the tenant's clock, also on the days on which it is changed") {
  Log log;
  log.begin();
  CHECK(log.state.minute_of_day(kNoonInMoscow) == 12 * 60);
  Log berlin;
  berlin.add(tenant::TenantCreated{.tenant = {"acme"},
                                   .currency = kRub,
                                   .zone = {"Europe/Berlin"},
                                   .locale = {"de"},
                                   .name = {},
                                   .log_key = {"k"},
                                   .effective = kDay});
  const auto at = [&](const char* text) { return berlin.state.minute_of_day(*Instant::parse(text)); };
  CHECK(at("2026-03-29T00:30:00Z") == 90);      // before the hour that is left out
  CHECK(at("2026-03-29T06:00:00Z") == 8 * 60);  // summer time
  CHECK(at("2026-10-25T07:00:00Z") == 8 * 60);  // winter time again
  CHECK(at("2026-10-25T21:30:00Z") == 22 * 60 + 30);
  Log santiago;  // where they go back at midnight
  santiago.add(tenant::TenantCreated{.tenant = {"acme"},
                                     .currency = kRub,
                                     .zone = {"America/Santiago"},
                                     .locale = {"es"},
                                     .name = {},
                                     .log_key = {"k"},
                                     .effective = kDay});
  CHECK(santiago.state.minute_of_day(*Instant::parse("2026-04-04T08:00:00-03:00")) == 8 * 60);
  CHECK(santiago.state.minute_of_day(*Instant::parse("2026-04-04T22:00:00-03:00")) == 22 * 60);
}

TEST_CASE("a second tenant must be named away") {
  Log log;
  log.begin();
  codec::EventHeader header{.sequence = Sequence(1),
                            .tenant = "other",
                            .type = {},
                            .time = kNoonInMoscow,
                            .actor = "x",
                            .cause = "c"};
  const auto folded = log.state.fold(
      header, subscriber::SubscriberHeld{.subscriber = {"s"}, .on = true, .reason = {"r"}, .effective = kDay},
      Position(9));
  REQUIRE(!folded);
  CHECK(folded.error().refused);
}

}  // namespace
}  // namespace provodka::notify_agent
