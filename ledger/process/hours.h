#pragma once

#include "ledger/process/subject.h"

#include <optional>

// What is charged by the hour: in advance, hour by hour, or for the hours that were used, posted once a day
// or when the money runs out. Hours begin with the tenant's day; one that has begun is used.
namespace provodka::process {

// The next event of the hours of a running subscription, or none.
std::optional<Event> next_hour_step(const Subject&, uint32_t subscription);

// When there is something to be done about them.
Instant next_hour_due(const Subject&, uint32_t subscription);

}  // namespace provodka::process
