#include "adapters/notify_agent/plan.h"

#include "adapters/notify_agent/carriers.h"
#include "adapters/notify_agent/http_outlook.h"
#include "adapters/notify_agent/http_sink.h"
#include "adapters/notify_agent/render.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::notify_agent {
namespace {

using Kind = Step::Kind;
constexpr ChannelSet kBoth{true, true}, kNone{}, kTelegram{true, false}, kSms{false, true};
constexpr Instant kNoon{1'000'000 * micros_per_second};
constexpr int64_t kMinuteUs = 60 * micros_per_second;

Message message(Progress progress, uint32_t attempt = 0, Channel channel = Channel::telegram,
                uint32_t minutes = 0) {
  Message out;
  out.of = std::make_shared<const Template>(
      Template{.text = "x", .channels = {Channel::telegram, Channel::sms}, .minutes = minutes});
  out.progress = progress;
  out.attempt = attempt;
  out.channel = channel;
  out.changed = kNoon;
  return out;
}

void check(const Message& of, const ChannelSet& reachable, Kind kind, Channel channel = Channel::telegram,
           bool last = false, Instant now = kNoon) {
  const Step step = next_step(of, reachable, now);
  CHECK(step.kind == kind);
  if (kind != Kind::attempt) return;
  CHECK(step.channel == channel);
  CHECK(step.last == last);
}

TEST_CASE("channels are taken in the template's order, as far as they lead to somebody") {
  check(message(Progress::requested), kBoth, Kind::attempt, Channel::telegram, false);
  check(message(Progress::requested), kTelegram, Kind::attempt, Channel::telegram, true);
  check(message(Progress::requested), kSms, Kind::attempt, Channel::sms, true);
  check(message(Progress::requested), kNone, Kind::give_up);
}

TEST_CASE("a failure leads to the next channel, and one for now to the same") {
  check(message(Progress::failed, 1), kBoth, Kind::attempt, Channel::sms, true);
  check(message(Progress::failed, 1), kTelegram, Kind::give_up);
  check(message(Progress::failed, 2, Channel::sms), kBoth, Kind::give_up);
  check(message(Progress::failed), kBoth, Kind::attempt, Channel::telegram, false);
  Message again = message(Progress::failed, 1);
  again.again = true;
  again.tries = {1, 0};
  check(again, kBoth, Kind::attempt, Channel::telegram, false);
  again.tries = {kTriesMax, 0};
  check(again, kBoth, Kind::attempt, Channel::sms, true);
  check(again, kTelegram, Kind::give_up);
}

TEST_CASE("silence leads to the next channel once the minutes are over") {
  check(message(Progress::sent, 1, Channel::telegram, 5), kBoth, Kind::wait, {}, {},
        add_micros(kNoon, 5 * kMinuteUs - 1));
  check(message(Progress::sent, 1, Channel::telegram, 5), kBoth, Kind::attempt, Channel::sms, true,
        add_micros(kNoon, 5 * kMinuteUs));
  check(message(Progress::sent, 1), kBoth, Kind::wait, {}, {}, add_micros(kNoon, micros_per_day));
}

TEST_CASE("what the network may report of is kept open for a day") {
  for (const uint32_t minutes : {0u, 5u}) {
    Message waits = message(Progress::sent, 2, Channel::sms, minutes);
    waits.by_sms = 2;
    check(waits, kBoth, Kind::wait, {}, {}, add_micros(kNoon, kReceiptWaitUs - 1));
    check(waits, kBoth, Kind::give_up, {}, {}, add_micros(kNoon, kReceiptWaitUs));
  }
  Message falls = message(Progress::sent, 1, Channel::sms, 5);
  falls.by_sms = 1;
  falls.of = std::make_shared<const Template>(
      Template{.text = "x", .channels = {Channel::sms, Channel::telegram}, .minutes = 5});
  check(falls, kBoth, Kind::wait, {}, {}, add_micros(kNoon, 5 * kMinuteUs - 1));
  check(falls, kBoth, Kind::attempt, Channel::telegram, true, add_micros(kNoon, 5 * kMinuteUs));
}

TEST_CASE("what a preview says of money that does not suffice") {
  const auto found = shortfalls_in(
      R"({"through":"2026-06-03T21:00:00Z","blocked":1,"shortfalls":[{"account":"a","on":"2026-06-03",)"
      R"("missing":"600.00","currency":"RUB"}]})");
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().account == "a");
  CHECK(found->front().on == *Date::parse("2026-06-03"));
  CHECK(found->front().missing == "600.00 RUB");
  for (const char* const wrong :
       {"", "{}", R"({"shortfalls":[{}]})",
        R"({"shortfalls":[{"account":"a","on":"3","missing":"1","currency":"RUB"}]})"}) {
    INFO(wrong);
    CHECK_FALSE(shortfalls_in(wrong).has_value());
  }
}

TEST_CASE("what is under way or unknown is left alone for ever") {
  for (const Progress progress : {Progress::sending, Progress::unknown}) {
    check(message(progress, 1, Channel::sms, 5), kBoth, Kind::wait, {}, {},
          add_micros(kNoon, 100 * micros_per_day));
    check(message(progress, 1, Channel::sms, 5), kNone, Kind::wait);
  }
}

TEST_CASE("quiet hours may pass midnight") {
  const auto hours = [](uint32_t from, uint32_t to) {
    return std::optional(notification::QuietHours{{from * 60}, {to * 60}});
  };
  CHECK(is_quiet(hours(22, 8), 22 * 60));
  CHECK(is_quiet(hours(22, 8), 7 * 60 + 59));
  CHECK(!is_quiet(hours(22, 8), 8 * 60));
  CHECK(!is_quiet(hours(22, 8), 21 * 60 + 59));
  CHECK(is_quiet(hours(13, 15), 14 * 60));
  CHECK(!is_quiet(hours(13, 15), 15 * 60));
  CHECK(!is_quiet(hours(0, 0), 0));
  CHECK(!is_quiet(std::nullopt, 0));
}

TEST_CASE("no more than so many within a window") {
  RateLimit limit(2, 100);
  CHECK(limit.wait_us(0) == 0);
  limit.count(0);
  limit.count(10);
  CHECK(limit.wait_us(20) == 80);
  CHECK(limit.wait_us(100) == 0);
  limit.count(100);
  CHECK(limit.wait_us(105) == 5);
  RateLimit none;
  for (int i = 0; i < 10; ++i) none.count(0);
  CHECK(none.wait_us(0) == 0);
}

TEST_CASE("templates are filled in") {
  const FieldValues values{{"name", "Анна"}, {"amount", "150.00 RUB"}, {"balance", ""}};
  CHECK(render("{name}: {amount}{amount}!", values) == "Анна: 150.00 RUB150.00 RUB!");
  CHECK(render("plain", values) == "plain");
  CHECK(!render("{balance}", values));
  CHECK(!render("{date}", values));
  CHECK(render("{name}", {{"name", "{amount}"}}) == "{amount}");
}

TEST_CASE("marks and answers are read") {
  CHECK(mark_in("after outbox 40012") == 40012);
  for (const char* text : {"", "after outbox", "after outbox x", "after outbox 7 ", "40012"})
    CHECK(!mark_in(text));
  const auto recorded = read_answer(201, R"({"sequence":7,"position":9,"events":[]})");
  REQUIRE(recorded);
  CHECK(recorded->sequence == 7);
  CHECK(recorded->recorded());
  const auto refused = read_answer(422, R"({"code":"attempt_unsettled","detail":"x"})");
  REQUIRE(refused);
  CHECK(refused->code == "attempt_unsettled");
  CHECK(!refused->recorded());
  CHECK(!read_answer(503, "{}"));
  CHECK(!read_answer(429, "{}"));
  CHECK(!read_answer(201, "{}"));
  CHECK(!read_answer(404, "<html>"));
}

}  // namespace
}  // namespace provodka::notify_agent
