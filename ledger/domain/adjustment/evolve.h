#pragma once

#include "ledger/domain/adjustment/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::adjustment {

void evolve(World&, const AdjustmentMade&, const EventMeta&);

}  // namespace provodka::adjustment
