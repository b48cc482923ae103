#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/promise/commands.h"
#include "ledger/domain/world.h"

namespace provodka::promise {

Decided<Decision> decide(const World&, const GivePromise&, const Context&);

}  // namespace provodka::promise
