#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/period/events.h"
#include "ledger/domain/world.h"

namespace provodka::period {

void evolve(World&, const PeriodClosed&, const EventMeta&);
void evolve(World&, const PeriodReopened&, const EventMeta&);
void evolve(World&, const IncomeRecognised&, const EventMeta&);

}  // namespace provodka::period
