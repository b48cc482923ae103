#pragma once

#include "ledger/domain/command.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka {

// Asks the room of the command. Pure: the same state, command and context give the same decision.
Decided<Decision> decide(const World&, const CommandData&, const Context&);

// Applies an event to the room that it belongs to, and counts it for its tenant. Cannot fail: an event that
// does not fit the state is corruption and breaks an invariant.
void evolve(World&, const Event&, const EventMeta&);

}  // namespace provodka
