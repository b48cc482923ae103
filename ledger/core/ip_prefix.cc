#include "ledger/core/ip_prefix.h"

#include "ledger/core/invariant.h"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace provodka {
namespace {

// Digits and nothing else, up to a number.
std::optional<uint8_t> read_number(std::string_view text, unsigned max) {
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [read_to, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || read_to != end || value > max) return std::nullopt;
  return static_cast<uint8_t>(value);
}

bool read_v4(std::string_view text, std::array<unsigned char, 16>& bytes) {
  for (size_t part = 0; part < 4; ++part) {
    const size_t dot = part < 3 ? text.find('.') : text.size();
    if (dot == text.npos) return false;
    const auto value = read_number(text.substr(0, dot), 255);
    if (!value) return false;
    bytes[part] = *value;
    text.remove_prefix(part < 3 ? dot + 1 : dot);
  }
  return true;
}

bool read_v6(std::string_view text, std::array<unsigned char, 16>& bytes) {
  // The system's function reads up to the first zero byte.
  return text.find('\0') == text.npos && ::inet_pton(AF_INET6, std::string(text).c_str(), bytes.data()) == 1;
}

}  // namespace

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  IpPrefix prefix;
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  prefix.v6_ = address.find(':') != address.npos;
  if (prefix.v6_ ? !read_v6(address, prefix.bytes_) : !read_v4(address, prefix.bytes_)) return std::nullopt;
  prefix.bits_ = prefix.v6_ ? 128 : 32;
  if (slash == text.npos) return prefix;
  const auto bits = read_number(text.substr(slash + 1), prefix.bits_);
  if (!bits) return std::nullopt;
  return prefix.cut_to(*bits);
}

IpPrefix IpPrefix::cut_to(unsigned bits) const {
  INVARIANT(bits <= bits_, "a prefix is cut to fewer bits", bits, unsigned{bits_});
  IpPrefix cut = *this;
  cut.bits_ = static_cast<uint8_t>(bits);
  for (unsigned i = 0; i < cut.bytes_.size(); ++i) {
    const unsigned kept = bits > 8 * i ? std::min(8u, bits - 8 * i) : 0;
    cut.bytes_[i] = static_cast<unsigned char>(cut.bytes_[i] & (0xff00u >> kept));
  }
  return cut;
}

bool IpPrefix::contains(const IpPrefix& other) const {
  return v6_ == other.v6_ && bits_ <= other.bits_ && other.cut_to(bits_) == *this;
}

std::string IpPrefix::text() const {
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof text);
  return is_one_address() ? std::string(text) : fmt::format("{}/{}", text, unsigned{bits_});
}

}  // namespace provodka
