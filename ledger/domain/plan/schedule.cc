#include "ledger/domain/plan/schedule.h"

namespace provodka::plan {

Date day_of_part(tariff::Length length, Date anchor, uint32_t k) {
  using tariff::Length;
  const auto n = static_cast<int>(k);
  switch (length) {
    case Length::hour:
    case Length::day:
      return add_days(anchor, n);
    case Length::week:
      return add_days(anchor, int64_t{7} * n);
    case Length::month:
      return add_months_clamped(anchor, n);
    case Length::quarter:
      return add_months_clamped(anchor, 3 * n);
    case Length::year:
      return add_months_clamped(anchor, 12 * n);
  }
  return anchor;
}

uint32_t next_plan(const World& world, AccountId account, uint32_t service, Kind kind) {
  uint32_t found = kNone;
  for (uint32_t p = world.arrangement(world.account(account)).first_plan; p != kNone;
       p = world.plans[p].next) {
    const PlanRow& row = world.plans[p];
    const bool is_it = row.kind == kind && row.service == service && row.due != kNever;
    if (is_it && (found == kNone || row.due <= world.plans[found].due)) found = p;
  }
  return found;
}

}  // namespace provodka::plan
