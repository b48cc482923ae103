#include "adapters/telegram/bot.h"
#include "tests/support/emulator_process.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::telegram {
namespace {

using test::EmulatorProcess;
using namespace std::chrono_literals;

constexpr const char* kToken = "123456:TEST-token";

Bot bot_of(const EmulatorProcess& api, const char* token = kToken) {
  return Bot(*http_client::Url::parse(api.url()), {.token = token, .authority_file = {}, .timeout = 1s});
}

TEST_CASE("messages go out, and each fault is told apart") {
  const EmulatorProcess api("telegram");
  Bot bot = bot_of(api);
  CHECK(bot.get_me().kind == Kind::ok);
  CHECK(bot.send_message(777, "Баланс <b> & \"150\" \n\U0001F600").kind == Kind::ok);
  struct Row {
    const char* fault;
    Kind kind;
    size_t goes;
  };
  const Row rows[] = {
      {R"({"flood": {"retry_after": 7}})", Kind::wait, 0},
      {R"({"blocked": [777]})", Kind::chat_dead, 0},
      {R"({"blocked": null, "refuse_login": true})", Kind::unauthorised, 0},
      {R"({"refuse_login": null, "error": {"code": 500}})", Kind::unknown, 0},
      {R"({"cut": {"when": "after"}})", Kind::unknown, 1},
      {R"({"cut": {"when": "half"}})", Kind::unknown, 1},
      {R"({"drop": {"when": "after"}})", Kind::unknown, 1},
      {R"({"garbage": {"kind": "body"}})", Kind::unknown, 1},
      {R"({"garbage": true})", Kind::unknown, 0},
      {R"({"power": "off"})", Kind::unsent, 0},
  };
  size_t sent = 1;
  for (const Row& row : rows) {
    CAPTURE(row.fault);
    api.misbehave(row.fault);
    const Reply reply = bot.send_message(777, "text");
    CHECK(reply.kind == row.kind);
    CHECK(reply.what.find("TEST-token") == std::string::npos);
    sent += row.goes;
    CHECK(api.count("\"message_id\"") == sent);
  }
  api.misbehave(R"({"power": "on"})");
  CHECK(bot.send_message(777, "text").kind == Kind::ok);
}

TEST_CASE("a token that is none") {
  const EmulatorProcess api("telegram");
  CHECK(bot_of(api, "123456:other").get_me().kind == Kind::unauthorised);
}

TEST_CASE("updates come once they are there, and until they are confirmed") {
  const EmulatorProcess api("telegram");
  Bot bot = bot_of(api);
  CHECK(bot.get_updates(0, 0s).updates.empty());
  api.ask(
      "POST", "/updates",
      R"([{"message":{"message_id":1,"from":{"id":7},"chat":{"id":7,"type":"private"},"date":5,"text":"/start"}}])");
  const auto first = bot.get_updates(0, 1s);
  REQUIRE(first.updates.size() == 1);
  CHECK(first.updates[0].is_start);
  CHECK(bot.get_updates(0, 1s).updates.size() == 1);
  CHECK(bot.get_updates(first.updates[0].id + 1, 0s).updates.empty());
  api.misbehave(R"({"garbage": {"kind": "body", "match": "getUpdates"}})");
  CHECK(bot.get_updates(0, 0s).reply.kind == Kind::unknown);
}

}  // namespace
}  // namespace provodka::telegram
