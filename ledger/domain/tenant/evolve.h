#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/tenant/events.h"
#include "ledger/domain/world.h"

namespace provodka::tenant {

void evolve(World&, const TenantCreated&, const EventMeta&);
void evolve(World&, const TenantConfigured&, const EventMeta&);

}  // namespace provodka::tenant
