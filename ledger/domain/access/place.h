#pragma once

#include "ledger/domain/world.h"

// Which of its account's points a subscription serves: a bit each, in the order of the points, where those
// behind the 63rd share the last bit. All bits: every point, also one that is yet to come.
namespace provodka::access {

struct Place {
  uint32_t index;   // among the account's points
  uint32_t points;  // how many the account has
};

// REQUIRES: the point is there and not removed.
Place place_of(const World&, PointId);

// Whether a subscription with these bits names the point, and not just all of them.
bool is_named(uint64_t served, Place);

// The bits once the point is gone, and those behind it have moved up.
uint64_t without(uint64_t served, Place);

}  // namespace provodka::access
