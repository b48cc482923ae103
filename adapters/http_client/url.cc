#include "adapters/http_client/url.h"

#include <algorithm>
#include <charconv>

namespace provodka::http_client {
namespace {

// The text is not repeated: who mistypes a URL may have put a password into it.
std::unexpected<Fault> bad_url() {
  return refusal("a URL such as http://192.168.8.1 or https://host:8443/path is expected");
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url url;
  const bool plain = std::ranges::all_of(
      text, [](char c) { return c > 0x20 && c < 0x7f && c != '?' && c != '#' && c != '@'; });
  if (!plain) return bad_url();
  if (text.starts_with("https://")) {
    url.tls = true;
    text.remove_prefix(8);
  } else if (text.starts_with("http://")) {
    text.remove_prefix(7);
  } else {
    return bad_url();
  }
  url.port = url.tls ? "443" : "80";
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
  if (url.host.empty() || error != std::errc() || past != end || port == 0) return bad_url();
  return url;
}

std::string Url::authority() const {
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

std::string Url::place() const { return fmt::format("{}://{}", tls ? "https" : "http", authority()); }

}  // namespace provodka::http_client
