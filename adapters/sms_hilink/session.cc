#include "adapters/sms_hilink/session.h"

#include "adapters/sms_hilink/login.h"

namespace provodka::sms_hilink {
namespace {

constexpr std::string_view kHead = R"(<?xml version="1.0" encoding="UTF-8"?>)";
constexpr size_t kTokensMax = 64;

template <class T>
Asked<T> trouble(Meaning meaning, std::string what, int code = 0) {
  return std::unexpected(Trouble{meaning, std::move(what), code});
}

}  // namespace

Session::Session(http_client::Url url, SessionOptions options)
    : client_(std::move(url)), options_(std::move(options)) {}

void Session::keep(const http_client::Reply& reply) {
  for (const auto& [name, value] : reply.headers) {
    if (name == "set-cookie" && value.starts_with("SessionID=")) {
      cookie_ = value.substr(0, value.find(';'));
    }
    // After a login a list of them, separated by #, and the first two once more under names of their own.
    if (name == "__requestverificationtoken") {
      std::string_view list = value;
      while (!list.empty()) {
        const size_t end = std::min(list.find('#'), list.size());
        if (end > 0) tokens_.emplace_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
      }
    }
  }
  while (tokens_.size() > kTokensMax) tokens_.pop_front();
}

Asked<Element> Session::ask(const http_client::Request& request) {
  const auto reply = client_.exchange(request);
  if (!reply) {
    return trouble<Element>(reply.error().sent ? Meaning::unknown : Meaning::not_now, reply.error().what);
  }
  keep(*reply);
  if (reply->status != 200) {
    return trouble<Element>(Meaning::unknown, fmt::format("{}: it answers {}", place(), reply->status));
  }
  auto root = parse_xml(reply->body);
  if (!root) {
    return trouble<Element>(Meaning::unknown,
                            fmt::format("{}: no answer of a HiLink stick: {}", place(), root.error().what));
  }
  if (root->name == "error") {
    const int code = static_cast<int>(root->number_of("code"));
    return trouble<Element>(meaning_of(code), fmt::format("{}: {}", place(), words_for(code)), code);
  }
  if (root->name != "response") {
    return trouble<Element>(Meaning::unknown, fmt::format("{}: no answer of a HiLink stick", place()));
  }
  return std::move(*root);
}

Asked<void> Session::renew() {
  tokens_.clear();
  cookie_.clear();
  http_client::Request request{.target = "/api/webserver/SesTokInfo", .timeout = options_.timeout};
  auto answer = ask(request);
  if (answer) {
    const std::string_view session = answer->text_of("SesInfo");
    cookie_ = session.starts_with("SessionID=") ? std::string(session) : fmt::format("SessionID={}", session);
    tokens_.assign(1, std::string(answer->text_of("TokInfo")));
    return {};
  }
  if (answer.error().code == 0) return std::unexpected(answer.error());
  // Older firmware has only this, and a session from any page.
  request.target = "/api/webserver/token";
  answer = ask(request);
  if (!answer) return std::unexpected(answer.error());
  tokens_.assign(1, std::string(answer->text_of("token")));
  return {};
}

Asked<void> Session::log_in() {
  if (options_.password.empty())
    return trouble<void>(Meaning::not_now, fmt::format("{}: it wants a password", place()), 100003);
  if (refused_login_ != 0) {
    return trouble<void>(Meaning::not_now, fmt::format("{}: {}", place(), words_for(refused_login_)),
                         refused_login_);
  }
  const auto state = get_once("user/state-login");
  if (!state) return std::unexpected(state.error());
  const int type = static_cast<int>(state->number_of("password_type", 4));
  if (tokens_.empty()) {
    if (auto renewed = renew(); !renewed) return renewed;
  }
  const std::string password = password_for(type, options_.user, options_.password, tokens_.front());
  const auto done = post_once("user/login", fmt::format("<Username>{}</Username><Password>{}</Password>"
                                                        "<password_type>{}</password_type>",
                                                        xml_text(options_.user), password, type));
  if (done) return {};
  Trouble failed = done.error();
  if (failed.meaning == Meaning::refused) {
    refused_login_ = failed.code;
    failed.meaning = Meaning::not_now;  // the password may be set right, and the message is not to blame
  }
  return std::unexpected(std::move(failed));
}

Asked<Element> Session::get_once(std::string_view path) {
  if (cookie_.empty()) {
    if (const auto renewed = renew(); !renewed) return std::unexpected(renewed.error());
  }
  http_client::Request request{.target = fmt::format("/api/{}", path), .timeout = options_.timeout};
  if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
  return ask(request);
}

Asked<Element> Session::post_once(std::string_view path, std::string_view body) {
  if (tokens_.empty()) {
    if (auto renewed = renew(); !renewed) {
      // Nothing of the request itself was sent.
      if (renewed.error().meaning == Meaning::unknown) renewed.error().meaning = Meaning::not_now;
      return std::unexpected(renewed.error());
    }
  }
  http_client::Request request{.method = "POST",
                               .target = fmt::format("/api/{}", path),
                               .headers = {{"Content-Type", "application/xml"},
                                           {"X-Requested-With", "XMLHttpRequest"},
                                           {"__RequestVerificationToken", tokens_.front()}},
                               .body = fmt::format("{}<request>{}</request>", kHead, body),
                               .timeout = options_.timeout};
  if (!cookie_.empty()) request.headers.emplace_back("Cookie", cookie_);
  tokens_.pop_front();
  if (path == "user/login") tokens_.clear();  // those of the session before are good no more
  return ask(request);
}

bool Session::mend(Trouble& trouble) {
  Asked<void> mended = std::unexpected(trouble);
  if (trouble.meaning == Meaning::token) mended = renew();
  if (trouble.meaning == Meaning::no_rights) mended = log_in();
  if (mended) return true;
  // Whatever came up, the request itself was refused and not done.
  if (trouble.meaning != Meaning::unknown && mended.error().meaning == Meaning::unknown)
    mended.error().meaning = Meaning::not_now;
  trouble = std::move(mended.error());
  return false;
}

Asked<Element> Session::get(std::string_view path) {
  auto answer = get_once(path);
  // A session that is over is renewed, and the new one may have to log in: once each.
  for (int i = 0; i < 2 && !answer && mend(answer.error()); ++i) answer = get_once(path);
  return answer;
}

Asked<Element> Session::post(std::string_view path, std::string_view body) {
  auto answer = post_once(path, body);
  for (int i = 0; i < 2 && !answer && mend(answer.error()); ++i) answer = post_once(path, body);
  return answer;
}

}  // namespace provodka::sms_hilink
