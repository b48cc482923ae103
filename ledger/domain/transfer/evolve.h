#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/transfer/events.h"
#include "ledger/domain/world.h"

namespace provodka::transfer {

void evolve(World&, const TransferMade&, const EventMeta&);

}  // namespace provodka::transfer
