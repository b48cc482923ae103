#include "tests/adapters/notify_agent/event_log.h"

namespace provodka::notify_agent {
namespace {

using test::Log;

// Messages by SMS, and what the network reports of them.
struct SmsLog : Log {
  SmsLog() {
    begin();
    save("news", {}, 5);
  }
  void sends(uint64_t message, uint32_t attempt, std::string_view mark,
             std::optional<Reason> detail = Reason{"1 part"}) {
    report(message, Outcome::sending, attempt, Channel::sms, false, Reason{mark});
    time = add_micros(time, micros_per_second);
    report(message, Outcome::sent, attempt, Channel::sms, false, detail);
  }
  // Which message a report to the subscriber is of; 0: of none.
  uint64_t reported_by(uint64_t number, std::string_view whose = "s") const {
    const auto found = state.reported_by(number, {"x", std::string(whose)}, time);
    return found ? found->message : 0;
  }
  // The same, and the message if that report says something of it; it is noted by the state alone.
  uint64_t reads(uint64_t number) {
    const auto found = state.reported_by(number, {"s"}, time);
    const Message* const message = found ? state.awaiting_report(*found) : nullptr;
    const uint64_t says = message ? message->sequence : 0;
    state.read_report(number, found, time);
    return says;
  }
};

TEST_CASE("of what went out by SMS the network may report, in the order in which it did") {
  SmsLog log;
  const uint64_t first = log.request("news"), second = log.request("news");
  CHECK(log.reported_by(12) == 0);
  log.sends(second, 1, "after outbox 7");
  log.sends(first, 1, "after outbox 9");
  CHECK(log.reported_by(12) == second);
  CHECK(log.reported_by(12, "y") == 0);
  // Silence led on, and the first attempt may still be reported.
  log.report(second, Outcome::sending, 2, Channel::telegram);
  CHECK(log.reported_by(12) == second);
  log.report(second, Outcome::delivered, 1, Channel::sms, true, Reason{"report 12"});
  CHECK(log.reported_by(13) == first);
  CHECK(log.state.receipts_through() == 12);
  log.report(first, Outcome::failed, 1, Channel::sms, false, Reason{"report 13"});
  CHECK(log.reported_by(14) == 0);
  log.sends(first, 2, "after outbox 11");
  CHECK(log.state.receipts_through() == 13);
  log.sends(log.request("news"), 1, "after outbox 2");  // another stick
  CHECK(log.state.receipts_through() == 0);
}

TEST_CASE("a report is only of what was sent before it") {
  SmsLog log;
  const uint64_t message = log.request("news");
  log.sends(message, 1, "after outbox 10");
  CHECK(log.reported_by(10) == 0);
  CHECK(log.reported_by(11) == message);
}

TEST_CASE("reports of the other parts of a text are of no other message") {
  SmsLog log;
  const uint64_t first = log.request("news"), second = log.request("news");
  log.sends(first, 1, "after outbox 1", Reason{"as its outbox has it, 3 parts"});
  log.sends(second, 1, "after outbox 2");
  log.report(first, Outcome::delivered, 1, Channel::sms, true, Reason{"report 4"});
  CHECK(log.reads(5) == 0);
  CHECK(log.reads(6) == 0);
  CHECK(log.state.receipts_through() == 6);
  CHECK(log.reads(7) == second);
  CHECK(log.reads(8) == 0);
}

TEST_CASE("parts that no report came of are waited for as long as any report is") {
  SmsLog log;
  const uint64_t first = log.request("news");
  log.sends(first, 1, "after outbox 1", Reason{"2 parts"});
  log.time = add_micros(log.time, kReceiptWaitUs / 2);
  log.report(first, Outcome::delivered, 1, Channel::sms, true, Reason{"report 4"});
  log.time = add_micros(log.time, kReceiptWaitUs - 2 * micros_per_second);
  const uint64_t second = log.request("news");
  log.sends(second, 1, "after outbox 2");
  CHECK(log.reported_by(5) == first);
  log.time = add_micros(log.time, 2 * micros_per_second);
  CHECK(log.reported_by(5) == second);
}

TEST_CASE("what went out by SMS, and was settled otherwise, may still be reported") {
  SmsLog log;
  const uint64_t first = log.request("news"), second = log.request("news");
  log.sends(first, 1, "after outbox 1");
  log.report(first, Outcome::sending, 2, Channel::telegram);
  log.report(first, Outcome::delivered, 2, Channel::telegram, true);
  log.sends(second, 1, "after outbox 2");
  CHECK(log.reads(3) == 0);
  CHECK(log.reads(4) == second);
}

TEST_CASE("of an attempt of which one report was read the next says nothing") {
  SmsLog log;
  const uint64_t first = log.request("news"), second = log.request("news");
  log.sends(first, 1, "after outbox 1", Reason{"2 parts"});
  log.report(first, Outcome::sending, 2, Channel::telegram);
  log.sends(second, 1, "after outbox 2");
  CHECK(log.reads(3) == first);
  CHECK(log.reads(4) == 0);
  CHECK(log.reads(5) == second);
}

TEST_CASE("how many parts an SMS had") {
  CHECK(parts_in("1 part") == 1);
  CHECK(parts_in("12 parts") == 12);
  CHECK(parts_in("interrupted; as its outbox has it, 3 parts") == 3);
  CHECK(parts_in(fmt::format("x, {}", parts_in_words(2))) == 2);
  for (const char* text :
       {"", "sent by hand", " parts", "0 parts", "2 parts of it", "2 part", "99999999999 parts"}) {
    CAPTURE(text);
    CHECK(parts_in(text) == 1);
  }
}

}  // namespace
}  // namespace provodka::notify_agent
