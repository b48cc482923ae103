#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/subscriber/events.h"
#include "ledger/domain/world.h"

namespace provodka::subscriber {

void evolve(World&, const SubscriberRegistered&, const EventMeta&);
void evolve(World&, const SubscriberChanged&, const EventMeta&);
void evolve(World&, const SubscriberHeld&, const EventMeta&);
void evolve(World&, const SubscriberErased&, const EventMeta&);

}  // namespace provodka::subscriber
