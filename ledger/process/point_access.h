#pragma once

#include "ledger/process/subject.h"

#include <algorithm>
#include <optional>

// What the state of an account's subscriptions means for its access points. Of the reasons for which a point
// is off, billing sets and takes away its own alone: those of subscription::Why, and "closed".
namespace provodka::process {

// Calls f(point, its bit in SubscriptionRow::points) for each point of an account.
template <class F>
void for_each_point(const World& world, const account::AccountRow& account, F&& f) {
  uint32_t bit = 0;
  for (uint32_t p = account.first_point; p != kNone; p = world.points[p].next)
    f(p, std::min<uint32_t>(bit++, 63));
}

// The subscription that the point of a bit follows: the first by rank that serves it and has not ended, so
// that an extra that is off cuts nothing else off. Where all have ended it is the first of these; none is
// kNone.
uint32_t followed_by(const Subject&, uint32_t bit);

// The next change that a point needs, or none. For want of money points go off in the tenant's blocking hours
// alone.
std::optional<Event> next_access_change(const Subject&);

// When the blocking hours begin that a point waits for to go off.
std::optional<Instant> next_blocking_hour(const Subject&);

// Whether all points of a subscription are off for reasons that are not billing's.
bool is_blocked_by_others(const World&, const subscription::SubscriptionRow&);

}  // namespace provodka::process
