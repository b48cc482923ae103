#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/event.h"
#include "ledger/domain/world.h"

#include <optional>

namespace provodka::process {

class Subject;

// The event that has to come next on an account by itself, or none when it is at rest at `context.now`. Pure.
// Of the context, the tenant, the instant and the day are used.
std::optional<Event> next_step(const World&, const Context&, AccountId);

// When something will happen on an account by itself, as it stands now; nullopt: never. Of an account that is
// at rest it is after `context.now`.
std::optional<Instant> next_due(const World&, const Context&, AccountId);

// What has to come in, at least, for the account's base subscription to be on today; zero when it is on or is
// off for another reason.
Money needed(const World&, const Context&, AccountId);

// The same for one of its subscriptions, with what takes of the money before it does. None: kNone, and zero.
Money needed_for(const Subject&, uint32_t subscription);

}  // namespace provodka::process
