#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/promise/events.h"
#include "ledger/domain/world.h"

namespace provodka::promise {

void evolve(World&, const PromiseGiven&, const EventMeta&);
void evolve(World&, const PromiseEnded&, const EventMeta&);

}  // namespace provodka::promise
