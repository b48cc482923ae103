#pragma once

#include "ledger/core/date.h"
#include "ledger/core/describe.h"

namespace provodka::billing {

// Charges every period that has begun up to an instant, and reports what was charged since the run before.
// Periods are charged as they begin anyway; after a downtime the run is what catches up.
struct RunBilling {
  static constexpr std::string_view type = "billing.run";
  Instant through;
};
BOOST_DESCRIBE_STRUCT(RunBilling, (), (through))

}  // namespace provodka::billing
