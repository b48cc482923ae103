#include "ledger/core/serving.h"

namespace provodka {

void Serving::add(uint32_t device, std::span<const IpPrefix> prefixes) {
  ++active_;
  last_ = device;
  for (const IpPrefix& prefix : prefixes) {
    prefixes_.emplace(prefix, device);
    lengths_[prefix.is_v6()].insert(prefix.bits());
  }
}

std::optional<uint32_t> Serving::server_of(std::string_view address, bool is_somewhere) const {
  if (prefixes_.empty()) return is_somewhere && active_ == 1 ? std::optional(last_) : std::nullopt;
  const auto parsed = IpPrefix::parse(address);
  if (!parsed) return {};
  for (const unsigned bits : lengths_[parsed->is_v6()]) {
    if (bits > parsed->bits()) continue;
    const auto found = prefixes_.find(parsed->cut_to(bits));
    if (found != prefixes_.end()) return found->second;
  }
  return {};
}

}  // namespace provodka
