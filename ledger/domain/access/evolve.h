#pragma once

#include "ledger/domain/access/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::access {

void evolve(World&, const AccessChanged&, const EventMeta&);
void evolve(World&, const PointAdded&, const EventMeta&);
void evolve(World&, const PointChanged&, const EventMeta&);
void evolve(World&, const PointRemoved&, const EventMeta&);
void evolve(World&, const AccessApplied&, const EventMeta&);

}  // namespace provodka::access
