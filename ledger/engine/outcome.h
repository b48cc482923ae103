#pragma once

#include "ledger/domain/event.h"
#include "ledger/engine/job.h"

namespace provodka::engine {

// Adds an event to the answer: its type, and how the accounts stand after it. The first answer and the answer
// to a repeat are both made by this.
inline constexpr size_t kEventsTold = 1'000;
void add_to_outcome(Outcome&, const Event&);

}  // namespace provodka::engine
