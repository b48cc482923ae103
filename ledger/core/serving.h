#pragma once

#include "ledger/core/ip_prefix.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>

namespace provodka {

// Which active router of a tenant serves a point that names none: the one with the longest prefix around the
// point's address or, where no router says prefixes, the only one.
class Serving {
 public:
  // Each active router once, by a number.
  void add(uint32_t device, std::span<const IpPrefix> prefixes);

  // The address as it was given, empty where there is none. `is_somewhere`: the point has an address, a MAC
  // or a login; a router can do nothing for one that does not say where it is.
  std::optional<uint32_t> server_of(std::string_view address, bool is_somewhere) const;

 private:
  uint32_t active_ = 0;
  uint32_t last_ = 0;
  std::map<IpPrefix, uint32_t> prefixes_;
  std::set<unsigned, std::greater<>> lengths_[2];  // of these, of IPv4 and IPv6, the longest first
};

}  // namespace provodka
