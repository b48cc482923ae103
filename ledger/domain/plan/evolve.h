#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/plan/events.h"
#include "ledger/domain/world.h"

namespace provodka::plan {

void evolve(World&, const ExtraAdded&, const EventMeta&);
void evolve(World&, const ExtraCharged&, const EventMeta&);
void evolve(World&, const ExtraRemoved&, const EventMeta&);
void evolve(World&, const InstalmentAgreed&, const EventMeta&);
void evolve(World&, const InstalmentDue&, const EventMeta&);

}  // namespace provodka::plan
