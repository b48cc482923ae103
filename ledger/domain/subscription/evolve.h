#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/subscription/events.h"
#include "ledger/domain/world.h"

namespace provodka::subscription {

void evolve(World&, const SubscriptionStarted&, const EventMeta&);
void evolve(World&, const TrialBegun&, const EventMeta&);
void evolve(World&, const PeriodBegun&, const EventMeta&);
void evolve(World&, const SubscriptionCharged&, const EventMeta&);
void evolve(World&, const FeeCharged&, const EventMeta&);
void evolve(World&, const SubscriptionSuspended&, const EventMeta&);
void evolve(World&, const SubscriptionResumed&, const EventMeta&);
void evolve(World&, const SubscriptionCredited&, const EventMeta&);
void evolve(World&, const SubscriptionSwitched&, const EventMeta&);
void evolve(World&, const SubscriptionFrozen&, const EventMeta&);
void evolve(World&, const SubscriptionCancelled&, const EventMeta&);
void evolve(World&, const DiscountGranted&, const EventMeta&);
void evolve(World&, const PriceOverridden&, const EventMeta&);
void evolve(World&, const SubscriptionRecalculated&, const EventMeta&);
void evolve(World&, const TariffMoved&, const EventMeta&);
void evolve(World&, const OutageRecalculated&, const EventMeta&);
void evolve(World&, const SubscriptionUnfrozen&, const EventMeta&);

}  // namespace provodka::subscription
