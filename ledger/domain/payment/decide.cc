#include "ledger/domain/payment/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/payment/rejection.h"

namespace provodka::payment {
namespace {

// No account can take it, and the provider has it already: it waits for somebody to say whose it is.
Decided<Decision> suspend(const World& world, const ReceivePayment& command, Money amount,
                          const Context& context) {
  PaymentSuspended event{.account = command.account,
                         .amount = amount,
                         .provider = command.provider,
                         .external_id = command.external_id,
                         .paid_at = command.paid_at,
                         .note = command.note,
                         .effective = context.effective,
                         .postings = {}};
  Entry entry(world, context);
  entry.post({book::Kind::clearing, command.provider.text}, {-amount.minor, amount.currency});
  entry.post({book::Kind::suspense, command.provider.text}, amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

// The account that the named payment is on by now; none while it is in suspense.
std::optional<AccountId> owner_of(const World& world, const Context& context) {
  const NamedEntry& named = *context.named;
  if (const auto moved = world.moved_to(context.tenant, named.sequence)) return moved;
  if (named.suspended) return std::nullopt;
  const auto id = world.find_account(context.tenant, named.account);
  INVARIANT(id, "a payment was received by an account that was opened", named.account);
  return id;
}

// All that is left of the named payment.
Decided<Money> rest_of(const World& world, const Context& context) {
  if (!context.named) return reject(unknown_payment, "/data/external_id");
  return reversal_amount(world, context, *context.named, std::nullopt, payment_reversed_already,
                         "/data/external_id");
}

}  // namespace

// Whether the provider's id was seen before is the engine's to know, in the same way as for command ids.
Decided<Decision> decide(const World& world, const ReceivePayment& command, const Context& context) {
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  const auto id = settleable_account(world, context, command.account, "/data/account");
  if (!id) return suspend(world, command, *amount, context);
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
  const auto amount = reversal_amount(world, context, *context.named, command.amount,
                                      payment_reversed_already, "/data/external_id");
  if (!amount) return std::unexpected(amount.error());
  const auto owner = owner_of(world, context);
  const std::string_view account = owner ? world.strings[world.account(*owner).name] : context.named->account;
  const int64_t left = context.named->amount.minor - amount->minor -
                       world.reversed_minor(context.tenant, context.named->sequence);
  PaymentReversed event{.account = {account},
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
  const Money taken{-amount->minor, amount->currency};
  Entry entry(world, context);
  if (owner) {
    entry.post(*owner, taken);
  } else {
    entry.post({book::Kind::suspense, command.provider.text}, taken);
  }
  entry.post({book::Kind::clearing, command.provider.text}, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

// Like a reversal it is not refused for want of money or for a closed account that it is on: the money never
// was that account's.
Decided<Decision> decide(const World& world, const MovePayment& command, const Context& context) {
  const auto amount = rest_of(world, context);
  if (!amount) return std::unexpected(amount.error());
  const auto from = owner_of(world, context);
  if (!from) return reject(payment_in_suspense, "/data/external_id");
  const Id account{world.strings[world.account(*from).name]};
  if (account == command.to) return reject(payment_there_already, "/data/to");
  const auto to = open_account(world, context, command.to, "/data/to");
  if (!to) return std::unexpected(to.error());
  PaymentMoved event{.account = account,
                     .to = command.to,
                     .amount = *amount,
                     .provider = command.provider,
                     .external_id = command.external_id,
                     .moves = context.named->sequence,
                     .reason = command.reason,
                     .effective = context.effective,
                     .postings = {},
                     .standing = {}};
  Entry entry(world, context);
  entry.post(*from, {-amount->minor, amount->currency});
  entry.post(*to, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

// To any account that could have taken the payment when it came.
Decided<Decision> decide(const World& world, const AssignPayment& command, const Context& context) {
  const auto amount = rest_of(world, context);
  if (!amount) return std::unexpected(amount.error());
  if (owner_of(world, context)) return reject(payment_not_in_suspense, "/data/external_id");
  const auto id = settleable_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  PaymentAssigned event{.account = command.account,
                        .amount = *amount,
                        .provider = command.provider,
                        .external_id = command.external_id,
                        .assigns = context.named->sequence,
                        .effective = context.effective,
                        .postings = {},
                        .available = {},
                        .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::suspense, command.provider.text}, {-amount->minor, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::payment
