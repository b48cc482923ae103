#pragma once

#include "ledger/domain/charge/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::charge {

void evolve(World&, const ChargePosted&, const EventMeta&);
void evolve(World&, const ChargeReversed&, const EventMeta&);

}  // namespace provodka::charge
