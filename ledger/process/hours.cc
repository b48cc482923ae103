#include "ledger/process/hours.h"

#include "ledger/process/charging.h"
#include "ledger/process/suspend.h"

#include <algorithm>

namespace provodka::process {

using namespace subscription;
using tariff::Mode;
using tariff::Shortage;

namespace {

Instant end_of_day(const Subject& of, const SubscriptionRow& row) {
  const Date day = of.world.zone(of.context.tenant).local_date(Instant{row.hour_us});
  return of.world.day_start(of.context.tenant, add_days(day, 1));
}

bool at_full_hour(const Subject& of, const SubscriptionRow& row) {
  return (of.context.now.micros - row.hour_us) % kHourUs == 0;
}

}  // namespace

std::optional<Event> next_hour_step(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  if (row.state != State::active || !of.is_by_hour(s)) return std::nullopt;
  const Instant now = of.context.now;
  if (of.tariff_of(s).mode == Mode::advance) {
    if (now.micros < row.hour_us) return std::nullopt;
    const Date day = of.world.zone(of.context.tenant).local_date(Instant{row.hour_us});
    return charge_or_suspend(of, s, day);
  }
  if (const Instant end = end_of_day(of, row); now >= end) return post_hours(of, s, end);
  const auto next = offer(of, s, of.context.today);
  const bool refuses = of.tariff_of(s).shortage == Shortage::refuse;
  if (!next || (refuses && at_full_hour(of, row) && !of.can_pay(next->price.minor)))
    return suspend(of, s, Why::unpaid, of.first_unused());
  // A new price holds from the day on which it does.
  const bool fresh = row.hour_us == of.world.day_start(of.context.tenant, of.context.today).micros;
  if (fresh && hours_begun(row, now) == 0 && next->price.minor != row.price_minor)
    return take(of, s, *next, false);
  return std::nullopt;
}

Instant next_hour_due(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  if (of.tariff_of(s).mode == Mode::advance) return {row.hour_us};
  const Instant end = end_of_day(of, row);
  if (row.price_minor == 0 || of.tariff_of(s).shortage != Shortage::refuse) return end;
  // The hours that have begun are taken off what is available already.
  const int64_t spare = std::max<int64_t>(0, of.available() - of.terms.threshold_minor);
  const int64_t hours = hours_begun(row, of.context.now) + std::min<int64_t>(48, spare / row.price_minor);
  return std::min(end, add_micros(Instant{row.hour_us}, hours * kHourUs));
}

}  // namespace provodka::process
