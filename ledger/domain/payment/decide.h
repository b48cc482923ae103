#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/payment/commands.h"
#include "ledger/domain/world.h"

namespace provodka::payment {

Decided<Decision> decide(const World&, const ReceivePayment&, const Context&);
Decided<Decision> decide(const World&, const ReversePayment&, const Context&);
Decided<Decision> decide(const World&, const MovePayment&, const Context&);
Decided<Decision> decide(const World&, const AssignPayment&, const Context&);

}  // namespace provodka::payment
