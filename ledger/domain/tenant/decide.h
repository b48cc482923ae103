#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/tenant/commands.h"
#include "ledger/domain/world.h"

namespace provodka::tenant {

Decided<Decision> decide(const World&, const CreateTenant&, const Context&);
Decided<Decision> decide(const World&, const ConfigureTenant&, const Context&);

}  // namespace provodka::tenant
