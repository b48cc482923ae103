#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/payment/events.h"
#include "ledger/domain/world.h"

namespace provodka::payment {

void evolve(World&, const PaymentReceived&, const EventMeta&);
void evolve(World&, const PaymentReversed&, const EventMeta&);

}  // namespace provodka::payment
