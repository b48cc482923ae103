#include "ledger/domain/device/forms.h"

#include "ledger/core/invariant.h"
#include "ledger/core/ip_prefix.h"

#include <set>

namespace provodka::device {

std::optional<std::string> plain_fingerprint(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == ':' || c == ' ') continue;
    const bool large = c >= 'A' && c <= 'F';
    if (!large && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
    digits.push_back(large ? static_cast<char>(c - 'A' + 'a') : c);
  }
  if (digits.size() != 64) return std::nullopt;
  return digits;
}

std::string plain_prefixes(const Prefixes& prefixes) {
  std::set<IpPrefix> sorted;
  for (const auto given : prefixes) {
    const auto prefix = IpPrefix::parse(given.text);
    INVARIANT(prefix, "what a device serves was checked", given.text);
    sorted.insert(*prefix);
  }
  std::string texts;
  for (const IpPrefix& prefix : sorted) texts += (texts.empty() ? "" : " ") + prefix.text();
  return texts;
}

}  // namespace provodka::device
