#include "ledger/domain/transfer/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/transfer/rejection.h"

#include <fmt/format.h>

namespace provodka::transfer {

Decided<Decision> decide(const World& world, const MakeTransfer& command, const Context& context) {
  if (command.from == command.to) return reject(same_account, "/data/to");
  const auto from = open_account(world, context, command.from, "/data/from");
  if (!from) return std::unexpected(from.error());
  const auto to = open_account(world, context, command.to, "/data/to");
  if (!to) return std::unexpected(to.error());
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  const Money available{available_minor(world, world.account(*from)), amount->currency};
  if (amount->minor > available.minor) {
    return reject(common::insufficient_funds, "/data/amount",
                  fmt::format("{} {} is available", available.to_string(), available.currency.code()));
  }
  TransferMade event{.from = command.from,
                     .to = command.to,
                     .amount = *amount,
                     .note = command.note,
                     .effective = context.effective,
                     .postings = {},
                     .standing = {}};
  Entry entry(world, context);
  entry.post(*from, {-amount->minor, amount->currency});
  entry.post(*to, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::transfer
