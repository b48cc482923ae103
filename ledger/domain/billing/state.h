#pragma once

#include <cstdint>

namespace provodka::billing {

// Where a run's report is in the log.
struct RunRow {
  uint64_t position;
  uint32_t tenant;
  uint32_t reserved;
};

}  // namespace provodka::billing
