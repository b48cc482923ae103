#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/payment/events.h"
#include "ledger/domain/world.h"

namespace provodka::payment {

void evolve(World&, const PaymentReceived&, const EventMeta&);
void evolve(World&, const PaymentSuspended&, const EventMeta&);
void evolve(World&, const PaymentReversed&, const EventMeta&);
void evolve(World&, const PaymentAssigned&, const EventMeta&);
void evolve(World&, const PaymentMoved&, const EventMeta&);

}  // namespace provodka::payment
