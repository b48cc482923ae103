#include "ledger/domain/billing/decide.h"

#include "ledger/domain/billing/rejection.h"
#include "ledger/domain/billing/report.h"

#include <fmt/format.h>

namespace provodka::billing {

using subscription::Why;

RunCompleted report_of_run(const World& world, const Context& context, Instant through) {
  RunCompleted event{.through = through,
                     .expected = 0,
                     .charged = 0,
                     .skipped = {},
                     .services = {},
                     .duration_ms = context.run_ms > 0 ? std::optional(context.run_ms) : std::nullopt,
                     .effective = context.today};
  const tenant::TenantRow& row = world.tenant(context.tenant);
  const auto count = [&](Why why, uint32_t n) {
    event.expected += n;
    if (why == Why::none) event.charged += n;
    if (why != Why::none && n > 0) event.skipped.push_back({why, n});
  };
  for (size_t why = 0; why < std::size(row.subscriptions); ++why)
    count(static_cast<Why>(why), row.subscriptions[why]);
  count(Why::outage, row.outage_days);
  const Currency currency = world.currency(context.tenant);
  for (uint32_t s = 0; s < world.services.size(); ++s) {
    const tariff::ServiceRow& service = world.services[s];
    if (service.tenant != context.tenant.value() || service.run_charges == 0) continue;
    event.services.push_back(
        {{world.strings[service.name]}, service.run_charges, Money{service.run_minor, currency}});
  }
  return event;
}

// What was due has been charged before this is asked; here it is counted.
Decided<Decision> decide(const World& world, const RunBilling& command, const Context& context) {
  if (command.through > context.now)
    return reject(run_in_future, "/data/through", fmt::format("it is {}", context.now.to_string()));
  return accept(report_of_run(world, context, command.through));
}

}  // namespace provodka::billing
