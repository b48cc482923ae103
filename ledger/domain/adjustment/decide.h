#pragma once

#include "ledger/domain/adjustment/commands.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka::adjustment {

Decided<Decision> decide(const World&, const MakeAdjustment&, const Context&);

}  // namespace provodka::adjustment
