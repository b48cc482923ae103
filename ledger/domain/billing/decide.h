#pragma once

#include "ledger/domain/billing/commands.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka::billing {

Decided<Decision> decide(const World&, const RunBilling&, const Context&);

}  // namespace provodka::billing
