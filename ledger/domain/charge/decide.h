#pragma once

#include "ledger/domain/charge/commands.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka::charge {

Decided<Decision> decide(const World&, const PostCharge&, const Context&);
Decided<Decision> decide(const World&, const ReverseCharge&, const Context&);

}  // namespace provodka::charge
