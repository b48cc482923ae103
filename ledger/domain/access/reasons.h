#pragma once

#include "ledger/domain/access/events.h"
#include "ledger/domain/world.h"

#include <string_view>

namespace provodka::access {

// Billing's reason on the points of a closed account. Its others are those of subscription::Why.
inline constexpr std::string_view kClosed = "closed";

// Whether billing gives and takes a reason away by itself, on accounts that have subscriptions.
inline bool is_of_billing(std::string_view reason) {
  using subscription::Why;
  Why why;
  return reason == kClosed || (enum_value(reason, why) && why != Why::none && why != Why::blocked);
}

// Calls f(reason) for each reason for which a point is off, in the order in which they came.
template <class F>
void for_each_reason(const World& world, const PointRow& point, F&& f) {
  for (uint32_t b = point.first_block; b != kNone; b = world.blocks[b].next)
    f(world.strings[world.blocks[b].reason]);
}

// The event that gives a point a reason, or takes one away. `standing` and `points_on` are the account's
// before it, and are moved on, for changes of several points in a row. REQUIRES: it changes something.
AccessChanged change_of(const World&, const PointRow&, Change, Reason, Date effective,
                        account::Standing& standing, uint32_t& points_on);

}  // namespace provodka::access
