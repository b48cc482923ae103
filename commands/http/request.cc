#include "commands/http/request.h"

#include <boost/beast/core/string.hpp>

namespace provodka::http {

namespace beast = boost::beast;

void Request::clear() {
  method = Method::other;
  target.clear();
  path = query = {};
  idempotency_key.reset();
  actor.reset();
  last_event_id.reset();
  accept.clear();
  origin.clear();
  expects_continue = repeated_header = false;
  hosts = 0;
}

void Request::split_target() {
  const std::string_view all = target;
  const size_t mark = all.find('?');
  path = all.substr(0, mark);
  query = mark == all.npos ? std::string_view() : all.substr(mark + 1);
}

void RequestParser::on_request_impl(beast::http::verb verb, View, View target, int version, Code&) {
  using enum beast::http::verb;
  request_.method = verb == post   ? Method::post
                    : verb == get  ? Method::get
                    : verb == head ? Method::head
                                   : Method::other;
  request_.target.assign(target.data(), target.size());
  request_.version_11 = version == 11;
}

void RequestParser::on_field_impl(beast::http::field field, View name, View value, Code&) {
  if (!in_head_) return;
  using enum beast::http::field;
  switch (field) {
    case unknown:
      if (beast::iequals(name, "Idempotency-Key")) return once(request_.idempotency_key, value);
      if (beast::iequals(name, "Provodka-Actor")) return once(request_.actor, value);
      if (beast::iequals(name, "Last-Event-ID")) return once(request_.last_event_id, value);
      return;
    case host:
      ++request_.hosts;
      return;
    case accept:
      request_.accept.append(value.data(), value.size()).append(",");
      return;
    case origin:
      request_.origin.assign(value.data(), value.size());
      return;
    case expect:
      request_.expects_continue = beast::iequals(value, "100-continue");
      return;
    default:
      return;
  }
}

void RequestParser::once(std::optional<std::string>& to, View value) {
  request_.repeated_header |= to.has_value();
  to.emplace(value.data(), value.size());
}

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return decoded;
}

std::optional<std::vector<std::string>> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  if (!path.starts_with('/')) return std::nullopt;
  for (;;) {
    path.remove_prefix(1);
    const size_t slash = path.find('/');
    auto part = percent_decoded(path.substr(0, slash));
    if (!part) return std::nullopt;
    parts.push_back(std::move(*part));
    if (slash == path.npos) return parts;
    path.remove_prefix(slash);
  }
}

std::optional<std::string> query_value(std::string_view query, std::string_view name, bool& wrong) {
  std::optional<std::string> found;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == query.npos ? query.size() : end + 1);
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    wrong |= found.has_value();
    found = percent_decoded(equals == pair.npos ? std::string_view() : pair.substr(equals + 1));
    if (!found) {
      wrong = true;
      return std::nullopt;
    }
  }
  return found;
}

}  // namespace provodka::http
