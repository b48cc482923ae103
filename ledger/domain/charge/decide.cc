#include "ledger/domain/charge/decide.h"

#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/entry.h"

#include <fmt/format.h>

namespace provodka::charge {

Decided<Decision> decide(const World& world, const PostCharge& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  const bool force = command.force.value_or(false);
  if (force && !command.reason)
    return reject(common::reason_required, "/data/reason", "a forced charge says why");
  const Money available{available_minor(world.account(*id)), amount->currency};
  const bool affordable = amount->minor <= available.minor;
  if (!affordable && !force) {
    return reject(common::insufficient_funds, "/data/amount",
                  fmt::format("{} {} is available", available.to_string(), available.currency.code()));
  }
  ChargePosted event{.account = command.account,
                     .amount = *amount,
                     .service = command.service,
                     .note = command.note,
                     .forced = affordable ? std::nullopt : std::optional(true),
                     .reason = command.reason,
                     .effective = context.effective,
                     .postings = {},
                     .available = {},
                     .access = {}};
  Entry entry(world, context);
  entry.post(*id, {-amount->minor, amount->currency});
  entry.post({book::Kind::revenue, command.service.text}, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

Decided<Decision> decide(const World& world, const ReverseCharge& command, const Context& context) {
  if (!context.named) return reject(unknown_charge, "/data/charge");
  const auto id = open_account(world, context, {context.named->account}, "/data/charge");
  if (!id) return std::unexpected(id.error());
  const auto amount = reversal_amount(world, context, *context.named, command.amount, charge_reversed_already,
                                      "/data/charge");
  if (!amount) return std::unexpected(amount.error());
  const int64_t left = context.named->amount.minor - amount->minor -
                       world.reversed_minor(context.tenant, context.named->sequence);
  ChargeReversed event{.account = {world.strings[world.account(*id).name]},
                       .amount = *amount,
                       .service = {context.named->counter},
                       .reverses = context.named->sequence,
                       .left = {left, amount->currency},
                       .reason = command.reason,
                       .effective = context.effective,
                       .postings = {},
                       .available = {},
                       .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::revenue, context.named->counter}, {-amount->minor, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::charge
