#include "ledger/domain/charge/decide.h"

#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/entry.h"
#include "ledger/domain/income.h"

#include <fmt/format.h>

namespace provodka::charge {
namespace {

// What a service earns goes to the account that it was defined with; one that nobody defined has its own.
std::string_view revenue_of(const World& world, const Context& context, std::string_view service) {
  const auto defined = world.find_service(context.tenant, service);
  return defined ? world.strings[world.services[*defined].revenue] : service;
}

// The tax in what is given back, at the rate that was charged: of the month's sum where it is still known.
int64_t tax_back(const World& world, const NamedEntry& charge, std::optional<uint32_t> subscription,
                 int64_t left_minor, int64_t amount_minor) {
  if (!charge.vat_rate) return 0;
  const Vat vat{*charge.vat_rate};
  if (subscription) {
    const subscription::SubscriptionRow& row = world.subscriptions[*subscription];
    if (vat_sum(row, charge.from, vat.percent)) return -vat_of(row, vat, charge.from, -amount_minor);
  }
  return vat_in(vat, left_minor) - vat_in(vat, left_minor - amount_minor);
}

}  // namespace

Decided<Decision> decide(const World& world, const PostCharge& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  const bool force = command.force.value_or(false);
  if (force && !command.reason)
    return reject(common::reason_required, "/data/reason", "a forced charge says why");
  const Money available{available_minor(world, world.account(*id)), amount->currency};
  const bool affordable = amount->minor <= available.minor;
  if (!affordable && !force) {
    return reject(common::insufficient_funds, "/data/amount",
                  fmt::format("{} {} is available", available.to_string(), available.currency.code()));
  }
  const auto service = world.find_service(context.tenant, command.service.text);
  const Vat vat = service ? vat_on(world, *service, context.effective) : Vat();
  const int64_t tax = vat_in(vat, amount->minor);
  ChargePosted event{.account = command.account,
                     .amount = *amount,
                     .service = command.service,
                     .vat = tax != 0 ? std::optional(Money{tax, amount->currency}) : std::nullopt,
                     .vat_rate = vat.on_record(),
                     .note = command.note,
                     .forced = affordable ? std::nullopt : std::optional(true),
                     .reason = command.reason,
                     .effective = context.effective,
                     .postings = {},
                     .available = {},
                     .access = {}};
  Entry entry(world, context);
  entry.post(*id, {-amount->minor, amount->currency});
  entry.post({book::Kind::revenue, revenue_of(world, context, command.service.text)},
             {amount->minor - tax, amount->currency});
  if (tax != 0) entry.post({book::Kind::tax, "vat"}, {tax, amount->currency});
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
  const NamedEntry& charge = *context.named;
  const auto subscription = charge.subscription.empty()
                                ? std::nullopt
                                : world.find_subscription(context.tenant, charge.subscription);
  const int64_t tax = tax_back(world, charge, subscription, left + amount->minor, amount->minor);
  ChargeReversed event{.account = {world.strings[world.account(*id).name]},
                       .amount = *amount,
                       .service = {context.named->counter},
                       .reverses = context.named->sequence,
                       .left = {left, amount->currency},
                       .vat = tax != 0 ? std::optional(Money{tax, amount->currency}) : std::nullopt,
                       .vat_rate = charge.vat_rate,
                       .subscription = subscription ? std::optional(Id{charge.subscription}) : std::nullopt,
                       .segment = subscription ? std::optional(charge.segment) : std::nullopt,
                       .from = subscription ? std::optional(charge.from) : std::nullopt,
                       .reason = command.reason,
                       .effective = context.effective,
                       .postings = {},
                       .available = {},
                       .access = {}};
  Entry entry(world, context);
  entry.post({book::Kind::revenue, revenue_of(world, context, charge.counter)},
             {tax - amount->minor, amount->currency});
  if (tax != 0) entry.post({book::Kind::tax, "vat"}, {-tax, amount->currency});
  entry.post(*id, *amount);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace provodka::charge
