#pragma once

#include "ledger/core/ids.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

// The comment that makes an entry of a router ours: `provodka:<tenant>/<point>`, two operator ids, and
// nothing before or after.
namespace provodka::routeros {

inline std::string tag_of(std::string_view tenant, std::string_view point) {
  return fmt::format("provodka:{}/{}", tenant, point);
}

// The tenant and the point of a comment that is exactly a tag.
inline std::optional<std::pair<std::string_view, std::string_view>> read_tag(std::string_view comment) {
  constexpr std::string_view prefix = "provodka:";
  if (!comment.starts_with(prefix)) return std::nullopt;
  comment.remove_prefix(prefix.size());
  const size_t slash = comment.find('/');
  if (slash == comment.npos) return std::nullopt;
  const std::pair parts(comment.substr(0, slash), comment.substr(slash + 1));
  if (!is_operator_id(parts.first) || !is_operator_id(parts.second)) return std::nullopt;
  return parts;
}

inline bool is_tag(std::string_view comment) { return read_tag(comment).has_value(); }

}  // namespace provodka::routeros
