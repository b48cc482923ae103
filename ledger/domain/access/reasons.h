#pragma once

#include "ledger/domain/world.h"

namespace provodka::access {

// Calls f(reason) for each reason for which a point is off, in the order in which they came.
template <class F>
void for_each_reason(const World& world, const PointRow& point, F&& f) {
  for (uint32_t b = point.first_block; b != kNone; b = world.blocks[b].next)
    f(world.strings[world.blocks[b].reason]);
}

}  // namespace provodka::access
