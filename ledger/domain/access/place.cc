#include "ledger/domain/access/place.h"

#include <algorithm>

namespace provodka::access {
namespace {

constexpr uint64_t kAll = ~uint64_t{0};
constexpr uint32_t kLastBit = 63;

uint64_t bit_of(Place place) { return uint64_t{1} << std::min(place.index, kLastBit); }

}  // namespace

Place place_of(const World& world, PointId id) {
  Place place{.index = 0, .points = 0};
  const account::AccountRow& account = world.accounts[world.points[id.value()].account];
  for (uint32_t p = account.first_point; p != kNone; p = world.points[p].next) {
    if (p == id.value()) place.index = place.points;
    ++place.points;
  }
  return place;
}

bool is_named(uint64_t served, Place place) { return served != kAll && (served & bit_of(place)) != 0; }

uint64_t without(uint64_t served, Place place) {
  if (served == kAll) return served;
  const uint64_t before = bit_of(place) - 1;
  const uint64_t moved_up = (served & before) | (served >> 1 & ~before);
  // Of those that share the last bit one moves to the bit before, and the others stay.
  const uint64_t last = uint64_t{1} << kLastBit;
  return place.points > kLastBit + 1 ? moved_up | (served & last) : moved_up;
}

}  // namespace provodka::access
