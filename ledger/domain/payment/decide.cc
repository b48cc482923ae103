#include "ledger/domain/payment/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/payment/rejection.h"

namespace provodka::payment {

// Whether the provider's id was seen before is the engine's to know, in the same way as for command ids.
Decided<Decision> decide(const World& world, const ReceivePayment& command, const Context& context) {
  const auto id = settleable_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  PaymentReceived event{.account = command.account,
                        .amount = *amount,
                        .provider = command.provider,
                        .external_id = command.external_id,
                        .paid_at = command.paid_at,
                        .note = command.note,
                        .effective = context.effective,
                        .postings = {},
                        .available = {},
                        .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::clearing, command.provider.text}, {-amount->minor, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

// A reversal is refused neither for want of money nor for a closed account: the bank took it back already.
Decided<Decision> decide(const World& world, const ReversePayment& command, const Context& context) {
  if (!context.named) return reject(unknown_payment, "/data/external_id");
  const auto id = any_account(world, context, {context.named->account}, "/data/external_id");
  if (!id) return std::unexpected(id.error());
  const auto amount = reversal_amount(world, context, *context.named, command.amount,
                                      payment_reversed_already, "/data/external_id");
  if (!amount) return std::unexpected(amount.error());
  const int64_t left = context.named->amount.minor - amount->minor -
                       world.reversed_minor(context.tenant, context.named->sequence);
  PaymentReversed event{.account = {world.strings[world.account(*id).name]},
                        .amount = *amount,
                        .provider = command.provider,
                        .external_id = command.external_id,
                        .reverses = context.named->sequence,
                        .left = {left, amount->currency},
                        .reason = command.reason,
                        .effective = context.effective,
                        .postings = {},
                        .available = {},
                        .access = {}};
  Entry entry(world, context);
  entry.post(*id, {-amount->minor, amount->currency});
  entry.post({book::Kind::clearing, command.provider.text}, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::payment
