#include "ledger/process/suspend.h"

#include "ledger/process/charging.h"
#include "ledger/process/point_access.h"

#include <algorithm>

namespace provodka::process {

using namespace subscription;
using tariff::Shortage;

namespace {

std::optional<Event> suspended(const Subject& of, uint32_t s, Why why, Date from, int64_t unused) {
  // Found out late: what lies between is neither charged nor owed.
  const int32_t outage = why == Why::unpaid ? of.context.today.days - from.days : 0;
  return SubscriptionSuspended{
      .account = of.account_name(),
      .subscription = of.name(s),
      .reason = why,
      .from = from,
      .unused = of.money(unused),
      .outage_days = outage > 0 ? std::optional(static_cast<uint32_t>(outage)) : std::nullopt,
      .effective = of.context.today,
      .standing = of.standing()};
}

int64_t unused_from(const Subject& of, uint32_t s, Date from) {
  // Hours end now, or with the day before, where that is over.
  const Instant end = std::min(of.context.now, of.world.day_start(of.context.tenant, from));
  return unused_of(of.world, of.at(s), from, end);
}

}  // namespace

std::optional<Event> suspend(const Subject& of, uint32_t s, Why why, Date from) {
  return suspended(of, s, why, from, unused_from(of, s, from));
}

std::optional<Event> suspend_and_keep(const Subject& of, uint32_t s, Why why, Date from) {
  return suspended(of, s, why, from, std::min<int64_t>(0, unused_from(of, s, from)));
}

std::optional<Event> charge_or_suspend(const Subject& of, uint32_t s, Date day) {
  // Nobody pays for what an operator's block keeps off.
  if (is_blocked_by_others(of.world, of.at(s))) return suspend(of, s, Why::blocked, day);
  const auto due = offer(of, s, day);
  if (!due || !of.is_carried(s)) return suspend(of, s, Why::unpaid, day);
  if (of.can_pay(due_at_once(of, s, *due))) return take(of, s, *due, false);
  switch (of.world.tariffs[due->version].shortage) {
    case Shortage::debt: {
      const bool overdue =
          of.available() < of.terms.threshold_minor && of.arrangement.overdue_us <= of.context.now.micros;
      return overdue ? suspend(of, s, Why::debt, day) : take(of, s, *due, true);
    }
    case Shortage::shorten:
      if (const auto some = shortened(of, *due)) return take(of, s, *some, false);
      [[fallthrough]];
    case Shortage::refuse:
      return suspend(of, s, Why::unpaid, day);
  }
  return std::nullopt;
}

}  // namespace provodka::process
