#include "adapters/sms_hilink/modem.h"
#include "tests/support/emulator_process.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::sms_hilink {
namespace {

using test::EmulatorProcess;
using namespace std::chrono_literals;

ModemOptions options(std::string password = {}) {
  return {.session = {.user = "admin", .password = std::move(password), .timeout = 2s},
          .poll_each = 5ms,
          .settle_after = 400ms,
          .parts_max = 8,
          .outbox_keep = 3};
}

Modem modem_of(const EmulatorProcess& stick, std::string password = {}) {
  return Modem(*http_client::Url::parse(stick.url()), options(std::move(password)));
}

const std::string kPhone = "+79001234567";

// What went to the network, as the stick's state has it: each with how many parts it had.
size_t went(const EmulatorProcess& stick) { return stick.count("\"parts\""); }

TEST_CASE("messages go out, long and in any letters") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  const auto health = modem.health();
  REQUIRE(health);
  CHECK(health->in_network);
  CHECK(health->words() == "signal 4 of 5");
  for (const std::string& text :
       {std::string("Balance 150.00"), std::string("Баланс <150> & \U0001F600"), std::string(161, 'a')}) {
    const auto mark = modem.mark();
    REQUIRE(mark);
    const Sent sent = modem.send(kPhone, text, *mark);
    CHECK(sent.end == End::sent);
    CHECK(sent.parts == sms_size(text)->parts);
    const auto outbox = modem.outbox(1);
    REQUIRE(outbox);
    REQUIRE(outbox->size() == 1);
    CHECK(outbox->front().text == text);
    const Sent settled = modem.settle(kPhone, *mark);
    CHECK(settled.end == End::sent);
    CHECK(settled.parts == sent.parts);
    CHECK(modem.settle("+79000000000", *mark).end == End::unknown);
    CHECK(modem.settle(kPhone, outbox->front().index).end == End::unknown);
  }
  CHECK(modem.send(kPhone, std::string(2000, 'a'), 0).end == End::refused);
  CHECK(modem.send(kPhone, "", 0).end == End::refused);
  CHECK(modem.send(kPhone, "\xff", 0).end == End::refused);
  CHECK(modem.send("+790012345678901234567890", "a", 0).end == End::refused);
  CHECK(went(stick) == 3);
}

TEST_CASE("logins of each kind") {
  for (const char* type : {"0", "3", "4"}) {
    const EmulatorProcess stick("hilink", {"--password", "s3cret", "--password-type", type});
    Modem modem = modem_of(stick, "s3cret");
    CHECK(modem.mark());
    CHECK(modem.send(kPhone, "a", 0).end == End::sent);
    stick.misbehave(R"({"session_expired": true})");
    CHECK(modem.send(kPhone, "a", 0).end == End::sent);
    CHECK(went(stick) == 2);
  }
}

TEST_CASE("a wrong password is tried once and not shown") {
  const EmulatorProcess stick("hilink", {"--password", "right-one"});
  Modem modem = modem_of(stick, "wrong-one");
  for (int i = 0; i < 10; ++i) {
    const auto refused = modem.mark();
    REQUIRE(!refused);
    CHECK(refused.error().code == 108006);
    CHECK(refused.error().what.find("wrong-one") == std::string::npos);
  }
  Modem right = modem_of(stick, "right-one");
  CHECK(right.mark());
}

TEST_CASE("spent tokens are renewed, and the message goes once") {
  for (const char* code : {"125001", "125002", "125003"}) {
    const EmulatorProcess stick("hilink", {"--token-error", code});
    Modem modem = modem_of(stick);
    REQUIRE(modem.mark());
    for (const char* fault : {"token_expired", "session_expired"}) {
      stick.misbehave(fmt::format(R"({{"{}": true}})", fault));
      CHECK(modem.send(kPhone, "a", 0).end == End::sent);
    }
    CHECK(went(stick) == 2);
  }
}

TEST_CASE("what the stick says is told apart") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  struct Row {
    const char *fault, *off;
    End end;
  };
  const Row rows[] = {
      {R"({"no_signal": "refuse"})", R"({"no_signal": null})", End::not_now},
      {R"({"no_signal": true})", R"({"no_signal": null})", End::failed},
      {R"({"no_sim": true})", R"({"no_sim": null})", End::not_now},
      {R"({"full": true})", R"({"full": null})", End::not_now},
      {R"({"error": {"code": 100004, "match": "send-sms"}})", "{}", End::not_now},
      {R"({"error": {"code": 113018, "match": "send-sms"}})", "{}", End::unknown},
      {R"({"cut": {"match": "send-sms", "when": "before"}})", "{}", End::unknown},
      {R"({"garbage": {"match": "send-sms", "kind": "body", "when": "before"}})", "{}", End::sent},
  };
  size_t sent = 0;
  for (const Row& row : rows) {
    CAPTURE(row.fault);
    const auto mark = modem.mark();
    REQUIRE(mark);
    stick.misbehave(row.fault);
    const Sent end = modem.send(kPhone, "a", *mark);
    CHECK(end.end == row.end);
    CHECK(end.detail.find(kPhone) == std::string::npos);
    stick.misbehave(row.off);
    sent += row.end == End::sent;
    CHECK(went(stick) == sent);
  }
}

TEST_CASE("an answer that was lost is settled by the outbox") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  for (const char* fault : {R"({"cut": {"match": "send-sms", "when": "after"}})",
                            R"({"cut": {"match": "send-sms", "when": "half"}})",
                            R"({"error": {"code": 113018, "match": "send-sms", "when": "after"}})"}) {
    CAPTURE(fault);
    const auto mark = modem.mark();
    REQUIRE(mark);
    const size_t before = went(stick);
    stick.misbehave(fault);
    CHECK(modem.send(kPhone, "a", *mark).end == End::sent);
    CHECK(went(stick) == before + 1);
  }
}

TEST_CASE("a message that is stuck is unknown, and keeps the next one out") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  stick.misbehave(R"({"stuck": true})");
  CHECK(modem.send(kPhone, "a", 0).end == End::unknown);
  CHECK(modem.send("+79007654321", "b", 0).end == End::not_now);
  CHECK(went(stick) == 0);
}

TEST_CASE("the end of the message before is not taken for that of this one") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  const auto sends = [&] {
    const auto mark = modem.mark();
    REQUIRE(mark);
    return modem.send(kPhone, "a", *mark).end;
  };
  CHECK(sends() == End::sent);
  stick.misbehave(R"({"old_status": true})");
  CHECK(sends() == End::sent);
  CHECK(went(stick) == 2);
  stick.misbehave(R"({"no_signal": true})");
  CHECK(sends() == End::failed);  // after one that was sent
  stick.misbehave(R"({"no_signal": null})");
  CHECK(sends() == End::sent);  // after one that has failed
  CHECK(went(stick) == 3);
  stick.misbehave(R"({"stuck": true})");
  CHECK(sends() == End::unknown);
  CHECK(went(stick) == 3);
}

TEST_CASE("a stick that is off did not get it") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  REQUIRE(modem.mark());
  stick.misbehave(R"({"power": "off"})");
  CHECK(modem.send(kPhone, "a", 0).end == End::not_now);
  CHECK(!modem.health());
  stick.misbehave(R"({"power": "on"})");
  CHECK(modem.send(kPhone, "a", 0).end == End::sent);
  CHECK(went(stick) == 1);
}

TEST_CASE("the network reports, once it was asked to") {
  const EmulatorProcess stick("hilink");
  Modem modem = modem_of(stick);
  stick.misbehave(R"({"report": "delivered"})");
  CHECK(modem.send(kPhone, "not asked", 0).end == End::sent);
  REQUIRE(modem.reports());
  CHECK(modem.reports()->empty());
  REQUIRE(modem.ask_reports());
  REQUIRE(modem.ask_reports());
  CHECK(modem.send(kPhone, "a", 0).end == End::sent);
  stick.misbehave(R"({"report": "failed"})");
  CHECK(modem.send(kPhone, "b", 0).end == End::sent);
  stick.ask("POST", "/inbox", R"({"phone": "+79007654321", "content": "STOP"})");
  const auto reports = modem.reports();
  REQUIRE(reports);
  REQUIRE(reports->size() == 2);
  CHECK(reports->front().delivered);
  CHECK_FALSE(reports->back().delivered);
  CHECK(reports->front().index < reports->back().index);
  CHECK(reports->front().phone == kPhone);
  const auto before = modem.reports();
  stick.misbehave(R"({"report_parts": true})");
  CHECK(modem.send(kPhone, std::string(307, 'a'), 0).end == End::sent);
  CHECK(modem.reports()->size() == before->size() + 3);
  REQUIRE(modem.remove(reports->front().index));
  CHECK(modem.reports()->size() == before->size() + 2);
}

TEST_CASE("old messages make room") {
  const EmulatorProcess stick("hilink", {"--capacity", "6"});
  Modem modem = modem_of(stick);
  for (int i = 0; i < 6; ++i) CHECK(modem.send(kPhone, fmt::format("{}", i), 0).end == End::sent);
  const auto full = modem.health();
  REQUIRE(full);
  CHECK(!full->has_room);
  REQUIRE(modem.make_room());
  const auto left = modem.outbox(50);
  REQUIRE(left);
  REQUIRE(left->size() == 3);
  CHECK(left->front().text == "5");
  CHECK(modem.send(kPhone, "6", 0).end == End::sent);
}

}  // namespace
}  // namespace provodka::sms_hilink
