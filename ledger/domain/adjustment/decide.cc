#include "ledger/domain/adjustment/decide.h"

#include "ledger/domain/adjustment/rejection.h"
#include "ledger/domain/entry.h"

namespace provodka::adjustment {

// A correction is not held to the credit limit: it states what should have been.
Decided<Decision> decide(const World& world, const MakeAdjustment& command, const Context& context) {
  const auto id = settleable_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  if (amount->is_zero()) return reject(amount_zero, "/data/amount");
  AdjustmentMade event{.account = command.account,
                       .amount = *amount,
                       .reason = command.reason,
                       .effective = context.effective,
                       .postings = {},
                       .available = {},
                       .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::adjustment, command.reason.text}, {-amount->minor, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::adjustment
