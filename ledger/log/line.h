#pragma once

#include "ledger/core/ids.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace provodka::log {

// A stored line begins `{"specversion":"1.0","id":"<sequence>","source":"/<tenant>",`: whose it is and which
// of his. That much of a line is the log's business; the rest is the codec's.
struct LineOrigin {
  Sequence sequence;
  std::string_view tenant;
};

inline std::optional<LineOrigin> origin_of(std::string_view line) {
  constexpr std::string_view kId = R"({"specversion":"1.0","id":")";
  constexpr std::string_view kSource = R"(","source":"/)";
  if (!line.starts_with(kId)) return std::nullopt;
  uint64_t sequence = 0;
  const char* const end = line.data() + line.size();
  const auto [past, error] = std::from_chars(line.data() + kId.size(), end, sequence);
  const std::string_view rest(past, static_cast<size_t>(end - past));
  if (error != std::errc() || !rest.starts_with(kSource)) return std::nullopt;
  const std::string_view tenant =
      rest.substr(kSource.size(), rest.find('"', kSource.size()) - kSource.size());
  return LineOrigin{Sequence(sequence), tenant};
}

}  // namespace provodka::log
