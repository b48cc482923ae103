#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/transfer/commands.h"
#include "ledger/domain/world.h"

namespace provodka::transfer {

Decided<Decision> decide(const World&, const MakeTransfer&, const Context&);

}  // namespace provodka::transfer
