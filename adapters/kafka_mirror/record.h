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

// Whether lines of that type say what is wanted of an access point.
bool brings_wanted_state(std::string_view type);

struct WantedState {
  std::string_view point;
  bool is_gone = false;  // the point was removed: nothing is wanted of it any more
};

// Appends the wanted state that a line of such a type brings, or nothing where the point is gone:
// `{"version":7,"wanted":"off","reasons":["debt"],"account":"100042"}`.
Result<WantedState> write_wanted_state(std::string_view line, Arena&, Buffer& out);

}  // namespace provodka::kafka
