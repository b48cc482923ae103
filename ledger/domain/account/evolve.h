#pragma once

#include "ledger/domain/account/events.h"
#include "ledger/domain/context.h"
#include "ledger/domain/world.h"

namespace provodka::account {

void evolve(World&, const AccountOpened&, const EventMeta&);
void evolve(World&, const CreditLimitSet&, const EventMeta&);
void evolve(World&, const AccountRelabelled&, const EventMeta&);
void evolve(World&, const AccountPaidOut&, const EventMeta&);
void evolve(World&, const AccountClosed&, const EventMeta&);

}  // namespace provodka::account
