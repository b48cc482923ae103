#pragma once

#include "ledger/domain/world.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace provodka::access {

// The reasons that billing gives and takes away by itself, on accounts that have subscriptions.
inline bool is_of_billing(std::string_view reason) {
  static constexpr std::string_view kOfBilling[] = {"unpaid", "debt",        "frozen",
                                                    "ended",  "not_started", "closed"};
  return std::ranges::find(kOfBilling, reason) != std::end(kOfBilling);
}

// Calls f(reason) for each reason for which a point is off, in the order in which they came.
template <class F>
void for_each_reason(const World& world, const PointRow& point, F&& f) {
  for (uint32_t b = point.first_block; b != kNone; b = world.blocks[b].next)
    f(world.strings[world.blocks[b].reason]);
}

}  // namespace provodka::access
