#pragma once

#include "ledger/core/arena.h"
#include "ledger/core/buffer.h"
#include "ledger/core/result.h"

#include <array>
#include <optional>
#include <string_view>

namespace provodka::kafka {

// The attributes of a stored line, found where FORMAT.md of ledger/log says they stand. Views into the line.
struct LineAttributes {
  std::string_view id;
  std::string_view source;  // "/<tenant>"
  std::string_view type;
  std::string_view subject;
  std::string_view time;
  std::string_view partitionkey;

  std::string_view tenant() const { return source.substr(1); }
};

// The header of a record that has the position of its line, in decimal.
inline constexpr std::string_view kPositionHeader = "position";

// Nullopt where the line is not one of an event. Their texts need no escapes, so one that has any is refused.
std::optional<LineAttributes> attributes_of(std::string_view line);

// The type of the events that the topic of wanted states is made of.
inline constexpr std::string_view kAccessChanged = "access.changed.v1";

// Appends the wanted state that a line of that type brings:
// `{"version":7,"wanted":"off","reasons":["debt"],"account":"100042"}`. Returns the access point.
Result<std::string_view> write_wanted_state(std::string_view line, Arena&, Buffer& out);

}  // namespace provodka::kafka
