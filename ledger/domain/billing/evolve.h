#pragma once

#include "ledger/domain/billing/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::billing {

void evolve(World&, const RunCompleted&, const EventMeta&);

}  // namespace provodka::billing
