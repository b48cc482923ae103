#pragma once

#include "ledger/process/subject.h"

#include <optional>

// Extras and instalments of an account.
namespace provodka::process {

// The next part that is due: an instalment in any case, an extra where the money suffices.
std::optional<Event> next_plan_step(const Subject&);

// The day on which the next part may be due; none is plan::kNever. An extra that waits for money is looked at
// each day.
int32_t next_plan_day(const Subject&);

}  // namespace provodka::process
