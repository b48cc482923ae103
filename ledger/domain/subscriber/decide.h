#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/subscriber/commands.h"
#include "ledger/domain/world.h"

namespace provodka::subscriber {

// What is personal is looked at as the command says it; `Context::sealed` is the same under the subscriber's
// key, and goes into the event as it is.
Decided<Decision> decide(const World&, const RegisterSubscriber&, const Context&);
Decided<Decision> decide(const World&, const ChangeSubscriber&, const Context&);
Decided<Decision> decide(const World&, const HoldSubscriber&, const Context&);
Decided<Decision> decide(const World&, const EraseSubscriber&, const Context&);

}  // namespace provodka::subscriber
