#pragma once

#include "commands/http/problem.h"
#include "commands/http/worker.h"
#include "ledger/engine/job.h"

namespace provodka::http {

// What came of a command, as a client is told: the HTTP status and either the answer or the problem. A repeat
// gets what the log says of the first time.
struct Answer {
  unsigned status = 0;
  const engine::Outcome* outcome = nullptr;  // recorded now or before; else there is a problem
  Problem problem;
};

// `repeated` is where the answer to a repeat is kept, and its texts in the arena.
Answer answer_to(Worker&, const engine::Outcome&, engine::Outcome& repeated, Arena&);

// The members of the answer to a command that was recorded, without the braces:
// `"sequence":…,"position":…,"events":[…],"balances":{…}`.
void write_recorded(Buffer&, const engine::Outcome&);

}  // namespace provodka::http
