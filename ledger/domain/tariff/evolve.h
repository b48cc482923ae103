#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/tariff/events.h"
#include "ledger/domain/world.h"

namespace provodka::tariff {

void evolve(World&, const ServiceDefined&, const EventMeta&);
void evolve(World&, const TariffPublished&, const EventMeta&);
void evolve(World&, const TariffClosed&, const EventMeta&);

}  // namespace provodka::tariff
