#include "adapters/server_source/url.h"

#include <algorithm>
#include <charconv>

namespace provodka::server_source {

Result<Url> Url::parse(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  Url url{.text = std::string(text), .host = {}, .port = "80", .path = {}};
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > 0x20 && c < 0x7f && c != '?' && c != '#' && c != '@'; });
  if (!plain || !text.starts_with(kScheme))
    return refusal("{}: a URL such as http://127.0.0.1:8080 is expected", text);
  text.remove_prefix(kScheme.size());
  if (const size_t slash = text.find('/'); slash != text.npos) {
    url.path = text.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    text = text.substr(0, slash);
  }
  if (const size_t colon = text.rfind(':'); colon != text.npos && text.find(']', colon) == text.npos) {
    url.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  url.host = text;
  uint16_t port = 0;
  const char* const end = url.port.data() + url.port.size();
  const auto [past, error] = std::from_chars(url.port.data(), end, port);
  if (url.host.empty() || error != std::errc() || past != end || port == 0)
    return refusal("{}: a URL such as http://127.0.0.1:8080 is expected", url.text);
  return url;
}

std::string Url::authority() const {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

}  // namespace provodka::server_source
