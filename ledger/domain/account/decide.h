#pragma once

#include "ledger/domain/account/commands.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka::account {

Decided<Decision> decide(const World&, const OpenAccount&, const Context&);
Decided<Decision> decide(const World&, const SetCreditLimit&, const Context&);
Decided<Decision> decide(const World&, const RelabelAccount&, const Context&);
Decided<Decision> decide(const World&, const CloseAccount&, const Context&);

}  // namespace provodka::account
