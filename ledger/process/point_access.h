#pragma once

#include "ledger/process/subject.h"

#include <optional>

// What the state of an account's subscriptions means for its access points. Of the reasons for which a point
// is off, billing sets and takes away its own alone: those of subscription::Why, and "closed".
namespace provodka::process {

// The next change that a point needs, or none. A point follows the first subscription by rank that serves it,
// so that an extra that is off cuts nothing else off. For want of money points go off in the tenant's
// blocking hours alone.
std::optional<Event> next_access_change(const Subject&);

// When the blocking hours begin that a point waits for to go off.
std::optional<Instant> next_blocking_hour(const Subject&);

// Whether all points of a subscription are off for reasons that are not billing's.
bool is_blocked_by_others(const World&, const subscription::SubscriptionRow&);

}  // namespace provodka::process
