#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/plan/commands.h"
#include "ledger/domain/world.h"

namespace provodka::plan {

Decided<Decision> decide(const World&, const AddExtra&, const Context&);
Decided<Decision> decide(const World&, const RemoveExtra&, const Context&);
Decided<Decision> decide(const World&, const AgreeInstalment&, const Context&);

}  // namespace provodka::plan
