#include "ledger/domain/promise/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/promise/rejection.h"

#include <fmt/format.h>

namespace provodka::promise {

Decided<Decision> decide(const World& world, const GivePromise& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = positive_money_of(world, context, command.amount, std::nullopt);
  if (!amount) return std::unexpected(amount.error());
  const account::ArrangementRow& row = world.arrangement(world.account(*id));
  const tenant::TenantRow& terms = world.tenant(context.tenant);
  if (row.promise_minor > 0) return reject(promise_stands, "/data/account");
  if (amount->minor > terms.promise_max_minor) {
    const Money most{terms.promise_max_minor, amount->currency};
    return reject(promise_too_large, "/data/amount",
                  fmt::format("at most {} {}", most.to_string(), most.currency.code()));
  }
  if (command.days == 0 || command.days > terms.promise_max_days)
    return reject(promise_too_long, "/data/days", fmt::format("at most {} days", terms.promise_max_days));
  if (row.promise_given != 0 &&
      context.today.days < row.promise_given + static_cast<int32_t>(terms.promise_interval_days)) {
    return reject(
        promise_too_soon, "/data/account",
        fmt::format("the next from {}", add_days(Date{row.promise_given}, terms.promise_interval_days)));
  }
  PromiseGiven event{.account = command.account,
                     .amount = *amount,
                     .until = add_days(context.today, int64_t{command.days} + 1),
                     .effective = context.effective,
                     .standing = {}};
  account::Standing standing = standing_of(world, *id);
  standing.available.minor += amount->minor;
  event.standing.push_back(standing);
  return accept(std::move(event));
}

}  // namespace provodka::promise
