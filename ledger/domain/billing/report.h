#pragma once

#include "ledger/domain/billing/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::billing {

// What a run up to an instant came to, when everything that was due has been charged.
RunCompleted report_of_run(const World&, const Context&, Instant through);

}  // namespace provodka::billing
