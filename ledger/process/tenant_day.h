#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/event.h"
#include "ledger/domain/world.h"

#include <optional>

// What a day brings to a tenant as a whole, when all of its accounts have been settled: income of the month
// that has begun, and the report of the billing run.
namespace provodka::process {

std::optional<Event> next_tenant_step(const World&, const Context&);

// The beginning of the tenant's next day.
Instant next_tenant_due(const World&, const Context&);

}  // namespace provodka::process
