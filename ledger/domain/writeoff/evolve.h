#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/world.h"
#include "ledger/domain/writeoff/events.h"

namespace provodka::writeoff {

void evolve(World&, const WriteoffMade&, const EventMeta&);

}  // namespace provodka::writeoff
