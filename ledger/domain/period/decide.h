#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/period/commands.h"
#include "ledger/domain/world.h"

namespace provodka::period {

Decided<Decision> decide(const World&, const ClosePeriod&, const Context&);
Decided<Decision> decide(const World&, const ReopenPeriod&, const Context&);

}  // namespace provodka::period
