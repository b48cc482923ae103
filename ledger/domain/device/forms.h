#pragma once

#include "ledger/domain/device/commands.h"

#include <optional>
#include <string>
#include <string_view>

// The one form of what may be written in several.
namespace provodka::device {

// The 64 digits alone, in lower case; nothing where there are others, or something else than colons and
// spaces between them.
std::optional<std::string> plain_fingerprint(std::string_view text);

// As DeviceRow::serves. REQUIRES: all are prefixes.
std::string plain_prefixes(const Prefixes& prefixes);

// Calls f(text) for each prefix of a DeviceRow::serves.
template <class F>
void for_each_prefix(std::string_view serves, F&& f) {
  while (!serves.empty()) {
    const size_t end = serves.find(' ');
    f(serves.substr(0, end));
    serves.remove_prefix(end == serves.npos ? serves.size() : end + 1);
  }
}

}  // namespace provodka::device
