#include "adapters/telegram/reply.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

namespace provodka::telegram {
namespace {

constexpr uint32_t kWaitMaxS = 3600;
constexpr size_t kDescriptionBytesMax = 120;

Kind kind_of(int64_t code, std::string_view description) {
  if (code == 429) return Kind::wait;
  if (code == 401 || code == 404) return Kind::unauthorised;
  if (code == 403) return Kind::chat_dead;
  if (code == 409) return Kind::conflict;
  // A chat that was never there and a text that is wrong share a code; only which of the two it is in the
  // journal hangs on the words.
  if (code == 400 && description.find("chat not found") != description.npos) return Kind::chat_dead;
  return code >= 400 && code < 500 ? Kind::refused : Kind::unknown;
}

// A description without what does not belong in a journal.
std::string shown(std::string_view description) {
  std::string text(description.substr(0, kDescriptionBytesMax));
  std::ranges::replace_if(text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

}  // namespace

Reply parse_reply(unsigned status, std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  bool ok = false;
  if (parser.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS ||
      document["ok"].get(ok) != simdjson::SUCCESS) {
    return {.kind = Kind::unknown, .what = fmt::format("status {}, and no answer of a bot API", status)};
  }
  if (ok) {
    simdjson::dom::element result;
    if (document["result"].get(result) != simdjson::SUCCESS)
      return {.kind = Kind::unknown, .what = "an answer without a result"};
    int64_t date_s = 0;
    if (result["date"].get(date_s) != simdjson::SUCCESS) date_s = 0;
    return {.kind = Kind::ok,
            .what = {},
            .wait_s = 0,
            .chat = 0,
            .result = simdjson::minify(result),
            .date_s = date_s};
  }
  int64_t code = status;
  std::string_view description;
  if (document["error_code"].get(code) != simdjson::SUCCESS) code = status;
  if (document["description"].get(description) != simdjson::SUCCESS) description = {};
  Reply reply{.kind = kind_of(code, description), .what = fmt::format("{}: {}", code, shown(description))};
  simdjson::dom::object parameters;
  if (document["parameters"].get(parameters) != simdjson::SUCCESS) return reply;
  if (uint64_t wait_s = 0; parameters["retry_after"].get(wait_s) == simdjson::SUCCESS)
    reply.wait_s = static_cast<uint32_t>(std::min<uint64_t>(wait_s, kWaitMaxS));
  if (code == 400 && parameters["migrate_to_chat_id"].get(reply.chat) == simdjson::SUCCESS)
    reply.kind = Kind::moved;
  return reply;
}

}  // namespace provodka::telegram
