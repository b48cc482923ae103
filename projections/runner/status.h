#pragma once

#include "ledger/core/result.h"

#include <string>
#include <vector>

namespace provodka::projections {

// How far a projection is, as the view projection_status has it; every member is a text, empty where there is
// none.
struct Status {
  std::string projection, state, position, log_position, lag_events, lag_seconds, as_of, rebuild_position,
      error;
};

// A fault where Postgres cannot be asked, or nothing was ever projected there.
Result<std::vector<Status>> read_status(const std::string& postgres);

}  // namespace provodka::projections
