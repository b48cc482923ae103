#include "ledger/domain/access/reasons.h"

namespace provodka::access {

AccessChanged change_of(const World& world, const PointRow& point, Change what, Reason reason, Date effective,
                        account::Standing& standing, uint32_t& points_on) {
  AccessChanged event{.account = standing.account,
                      .point = {world.strings[point.name]},
                      .version = point.version + 1,
                      .wanted = account::Access::on,
                      .change = what,
                      .reason = reason,
                      .reasons = {},
                      .effective = effective,
                      .standing = {}};
  for_each_reason(world, point, [&](std::string_view stands) {
    if (what == Change::block || stands != reason.text) event.reasons.push_back({stands});
  });
  if (what == Change::block) event.reasons.push_back(reason);
  const bool was_on = point.first_block == kNone, is_on = event.reasons.empty();
  points_on = points_on + is_on - was_on;
  event.wanted = is_on ? account::Access::on : account::Access::off;
  standing.access = points_on > 0 ? account::Access::on : account::Access::off;
  event.standing.push_back(standing);
  return event;
}

}  // namespace provodka::access
