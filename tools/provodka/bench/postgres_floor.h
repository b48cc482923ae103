#pragma once

#include "ledger/core/result.h"

#include <cstdint>

namespace provodka::tools {

// How long a private Postgres, started for this and thrown away, takes for the same run as one transaction:
// INSERT ... SELECT of so many charges with their index, UPDATE of balances and of charged-through dates.
Result<double> seconds_of_sql_run(uint64_t subscriptions);

}  // namespace provodka::tools
