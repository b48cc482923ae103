#include "ledger/domain/writeoff/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/writeoff/rejection.h"

#include <fmt/format.h>

namespace provodka::writeoff {

Decided<Decision> decide(const World& world, const MakeWriteoff& command, const Context& context) {
  const auto id = settleable_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  // The smallest balance has no opposite, and is never refused here.
  const int64_t balance_minor = world.account(*id).balance_minor;
  if (balance_minor >= 0 || balance_minor + amount->minor > 0) {
    const Money debt{balance_minor < 0 ? -balance_minor : 0, amount->currency};
    return reject(exceeds_debt, "/data/amount",
                  fmt::format("{} {} is owed", debt.to_string(), debt.currency.code()));
  }
  WriteoffMade event{.account = command.account,
                     .amount = *amount,
                     .reason = command.reason,
                     .effective = context.effective,
                     .postings = {},
                     .available = {},
                     .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::writeoff, command.reason.text}, {-amount->minor, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::writeoff
