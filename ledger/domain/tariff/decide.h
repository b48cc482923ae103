#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/tariff/commands.h"
#include "ledger/domain/world.h"

namespace provodka::tariff {

Decided<Decision> decide(const World&, const DefineService&, const Context&);
Decided<Decision> decide(const World&, const PublishTariff&, const Context&);
Decided<Decision> decide(const World&, const CloseTariff&, const Context&);

}  // namespace provodka::tariff
