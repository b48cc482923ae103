#include "ledger/domain/billing/decide.h"

#include "ledger/domain/billing/rejection.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace provodka::billing {

using subscription::State;
using subscription::Why;

// What was due has been charged before this is asked; here it is counted.
Decided<Decision> decide(const World& world, const RunBilling& command, const Context& context) {
  if (command.through > context.now) {
    return reject(run_in_future, "/data/through", fmt::format("it is {}", context.now.to_string()));
  }
  RunCompleted event{.through = command.through,
                     .expected = 0,
                     .charged = 0,
                     .skipped = {},
                     .services = {},
                     .effective = context.today};
  std::array<uint32_t, 8> skipped{};
  for (uint32_t s = 0; s < world.subscriptions.size(); ++s) {
    const subscription::SubscriptionRow& row = world.subscriptions[s];
    if (world.accounts[row.account].tenant != context.tenant.value()) continue;
    if (row.state == State::pending || row.state == State::ended || row.state == State::trial) continue;
    ++event.expected;
    if (row.state == State::active) {
      ++event.charged;
    } else {
      ++skipped[static_cast<size_t>(row.why)];
    }
  }
  for (size_t why = 0; why < skipped.size(); ++why) {
    if (skipped[why] > 0) event.skipped.push_back({static_cast<Why>(why), skipped[why]});
  }
  const Currency currency = world.currency(context.tenant);
  for (uint32_t s = 0; s < world.services.size(); ++s) {
    const tariff::ServiceRow& row = world.services[s];
    if (row.tenant != context.tenant.value() || row.run_charges == 0) continue;
    event.services.push_back({{world.strings[row.name]}, row.run_charges, Money{row.run_minor, currency}});
  }
  return accept(std::move(event));
}

}  // namespace provodka::billing
