#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"
#include "ledger/domain/writeoff/commands.h"

namespace provodka::writeoff {

Decided<Decision> decide(const World&, const MakeWriteoff&, const Context&);

}  // namespace provodka::writeoff
