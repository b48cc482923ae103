#include "adapters/telegram/bot.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::telegram {
namespace {

TEST_CASE("replies are told apart by their code and parameters") {
  struct Row {
    unsigned status;
    const char* body;
    Kind kind;
  };
  const Row rows[] = {
      {200, R"({"ok":true,"result":{"message_id":42,"new_field":[1]},"other":1})", Kind::ok},
      {429,
       R"({"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}})",
       Kind::wait},
      {403, R"({"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"})",
       Kind::chat_dead},
      {400, R"({"ok":false,"error_code":400,"description":"Bad Request: chat not found"})", Kind::chat_dead},
      {400, R"({"ok":false,"error_code":400,"description":"Bad Request: message text is empty"})",
       Kind::refused},
      {400,
       R"({"ok":false,"error_code":400,"description":"Bad Request: group upgraded","parameters":{"migrate_to_chat_id":-100777}})",
       Kind::moved},
      {401, R"({"ok":false,"error_code":401,"description":"Unauthorized"})", Kind::unauthorised},
      {404, R"({"ok":false,"error_code":404,"description":"Not Found"})", Kind::unauthorised},
      {409, R"({"ok":false,"error_code":409,"description":"Conflict: terminated"})", Kind::conflict},
      {413, R"({"ok":false,"error_code":413,"description":"Request Entity Too Large"})", Kind::refused},
      {500, R"({"ok":false,"error_code":500,"description":"Internal Server Error"})", Kind::unknown},
      {502, "<html>Bad Gateway</html>", Kind::unknown},
      {200, "", Kind::unknown},
      {200, "[1]", Kind::unknown},
      {200, R"({"ok":true})", Kind::unknown},
      {200, R"({"ok":"yes"})", Kind::unknown},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const Reply reply = parse_reply(row.status, row.body);
    CHECK(reply.kind == row.kind);
    CHECK(reply.what.empty() == (row.kind == Kind::ok));
  }
  CHECK(parse_reply(429, rows[1].body).wait_s == 7);
  CHECK(parse_reply(400, rows[5].body).chat == -100777);
  CHECK(parse_reply(200, rows[0].body).result == R"({"message_id":42,"new_field":[1]})");
  CHECK(parse_reply(200, rows[0].body).date_s == 0);
  CHECK(parse_reply(200, R"({"ok":true,"result":{"message_id":42,"date":1767323045}})").date_s == 1767323045);
  CHECK(parse_reply(200, R"({"ok":true,"result":[{"date":1}]})").date_s == 0);
  CHECK(
      parse_reply(429, R"({"ok":false,"error_code":429,"parameters":{"retry_after":999999999999}})").wait_s ==
      3600);
}

TEST_CASE("tokens have a form") {
  CHECK(is_token("123456:TEST-token_1"));
  for (const char* text : {"", "123456", ":abc", "123:", "12a:abc", "123:a/b", "123:a b"})
    CHECK(!is_token(text));
}

}  // namespace
}  // namespace provodka::telegram
