#include "adapters/telegram/bot.h"

#include "ledger/codec/json_out.h"

#include <algorithm>

namespace provodka::telegram {
namespace {

std::string quoted(std::string_view text) {
  Buffer out;
  codec::write_escaped(out, text);
  return std::string(out.view());
}

}  // namespace

bool is_token(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [&](char c) {
    return digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
  };
  return std::ranges::all_of(text.substr(0, colon), digit) &&
         std::ranges::all_of(text.substr(colon + 1), letter);
}

Bot::Bot(http_client::Url url, BotOptions options)
    : client_(std::move(url), options.authority_file), options_(std::move(options)) {}

Reply Bot::call(std::string_view method, std::string body, std::chrono::milliseconds timeout) {
  const auto answer = client_.exchange({.method = "POST",
                                        .target = fmt::format("/bot{}/{}", options_.token, method),
                                        .headers = {{"Content-Type", "application/json"}},
                                        .body = std::move(body),
                                        .timeout = timeout});
  Reply reply;
  if (answer) {
    reply = parse_reply(answer->status, answer->body);
  } else {
    reply = {.kind = answer.error().sent ? Kind::unknown : Kind::unsent, .what = answer.error().what};
  }
  if (reply.kind == Kind::ok) return reply;
  if (answer) reply.what = fmt::format("{}: {}: {}", place(), method, reply.what);
  for (size_t at = 0; (at = reply.what.find(options_.token, at)) != reply.what.npos; at += 3)
    reply.what.replace(at, options_.token.size(), "***");
  return reply;
}

Reply Bot::get_me() { return call("getMe", "{}", options_.timeout); }

Reply Bot::send_message(int64_t chat, std::string_view text, std::optional<std::string> ask_phone) {
  std::string body = fmt::format(R"({{"chat_id":{},"text":{},"link_preview_options":{{"is_disabled":true}})",
                                 chat, quoted(text));
  if (ask_phone) {
    body += fmt::format(R"(,"reply_markup":{{"keyboard":[[{{"text":{},"request_contact":true}}]],)"
                        R"("resize_keyboard":true,"one_time_keyboard":true}})",
                        quoted(*ask_phone));
  }
  return call("sendMessage", body + "}", options_.timeout);
}

Bot::Updates Bot::get_updates(int64_t offset, std::chrono::seconds wait) {
  Updates got;
  got.reply =
      call("getUpdates",
           fmt::format(R"({{"offset":{},"timeout":{},"allowed_updates":["message","callback_query"]}})",
                       offset, wait.count()),
           options_.timeout + wait);
  if (got.reply.kind != Kind::ok) return got;
  auto updates = parse_updates(got.reply.result);
  if (updates) {
    got.updates = std::move(*updates);
  } else {
    got.reply = {.kind = Kind::unknown, .what = fmt::format("{}: {}", place(), updates.error().what)};
  }
  return got;
}

}  // namespace provodka::telegram
