#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/event.h"
#include "ledger/domain/world.h"

#include <optional>
#include <span>

// What the state of an account's subscriptions means for its access points. Of the reasons for which a point
// is off, billing sets and takes away its own alone: those of subscription::Why, and "closed".
namespace provodka::process {

// The next change that a point needs, or none. `subscriptions` are the account's by rank, the base first: a
// point follows the first that serves it, so that an extra that is off cuts nothing else off.
std::optional<Event> next_access_change(const World&, const Context&, AccountId,
                                        std::span<const uint32_t> subscriptions);

// Whether all points of a subscription are off for reasons that are not billing's.
bool is_blocked_by_others(const World&, const subscription::SubscriptionRow&);

}  // namespace provodka::process
