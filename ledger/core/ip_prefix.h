#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace provodka {

// An IPv4 or IPv6 address, or a prefix of them, with the bits behind its length cleared.
class IpPrefix {
 public:
  // `10.0.0.5`, `10.0.0.0/24`, `2001:db8::5`, `2001:DB8::/64`. Nothing for anything else, ranges and zones of
  // RFC 4007 too. A decimal may begin with zeros, as routers take them.
  static std::optional<IpPrefix> parse(std::string_view text);

  bool is_v6() const { return v6_; }
  unsigned bits() const { return bits_; }
  bool is_one_address() const { return bits_ == (v6_ ? 128 : 32); }

  // Of the two one that is shorter or the same, of the same family, and whose bits are those of the other.
  bool contains(const IpPrefix& other) const;

  // Its first bits. REQUIRES: no more than it has.
  IpPrefix cut_to(unsigned bits) const;

  // As RFC 5952 has it; one address is without its length.
  std::string text() const;

  friend bool operator==(const IpPrefix&, const IpPrefix&) = default;
  friend auto operator<=>(const IpPrefix&, const IpPrefix&) = default;

 private:
  bool v6_ = false;
  std::array<unsigned char, 16> bytes_{};
  uint8_t bits_ = 0;
};

}  // namespace provodka
