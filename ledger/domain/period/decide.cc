#include "ledger/domain/period/decide.h"

#include "ledger/domain/period/rejection.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::period {

Decided<Decision> decide(const World& world, const ClosePeriod& command, const Context& context) {
  const tenant::TenantRow& row = world.tenant(context.tenant);
  const Date past = month_of(command.month.first).past;
  if (context.today < past) return reject(period_not_over, "/data/month");
  if (row.open_from > command.month.first.days) {
    return reject(period_closed_already, "/data/month", fmt::format("open from {} on", Date{row.open_from}));
  }
  const bool bills = std::ranges::any_of(row.subscriptions, [](uint32_t n) { return n > 0; });
  if (bills && row.run_through_us < world.zone(context.tenant).day_start(past).micros)
    return reject(run_incomplete, "/data/month");
  return accept(PeriodClosed{.month = command.month,
                             .open_from = past,
                             .size = context.log_size,
                             .root = {context.log_root},
                             .effective = context.today});
}

Decided<Decision> decide(const World& world, const ReopenPeriod& command, const Context& context) {
  const int32_t open_from = world.tenant(context.tenant).open_from;
  if (open_from <= command.month.first.days) return reject(period_not_closed, "/data/month");
  if (month_of(command.month.first).past.days != open_from) return reject(not_the_last_closed, "/data/month");
  return accept(PeriodReopened{.month = command.month,
                               .open_from = command.month.first,
                               .reason = command.reason,
                               .effective = context.today});
}

}  // namespace provodka::period
