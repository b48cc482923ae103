#pragma once

#include "ledger/process/subject.h"

#include <optional>

namespace provodka::process {

// A subscription goes off from a day on; what is unused then, or owed, is settled by the event that follows.
std::optional<Event> suspend(const Subject&, uint32_t subscription, subscription::Why, Date from);

// The same, and nothing is given back.
std::optional<Event> suspend_and_keep(const Subject&, uint32_t subscription, subscription::Why, Date from);

// A period (or day, or hour) has begun: it is charged as its tariff has it, or not.
std::optional<Event> charge_or_suspend(const Subject&, uint32_t subscription, Date day);

}  // namespace provodka::process
