#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/subscription/commands.h"
#include "ledger/domain/world.h"

namespace provodka::subscription {

Decided<Decision> decide(const World&, const StartSubscription&, const Context&);
Decided<Decision> decide(const World&, const SwitchSubscription&, const Context&);
Decided<Decision> decide(const World&, const FreezeSubscription&, const Context&);
Decided<Decision> decide(const World&, const UnfreezeSubscription&, const Context&);
Decided<Decision> decide(const World&, const CancelSubscription&, const Context&);
Decided<Decision> decide(const World&, const GrantDiscount&, const Context&);
Decided<Decision> decide(const World&, const OverridePrice&, const Context&);
Decided<Decision> decide(const World&, const MoveTariff&, const Context&);
Decided<Decision> decide(const World&, const RecalculateOutage&, const Context&);

}  // namespace provodka::subscription
