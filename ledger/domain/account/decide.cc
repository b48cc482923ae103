#include "ledger/domain/account/decide.h"

#include "ledger/domain/account/rejection.h"
#include "ledger/domain/entry.h"

#include <fmt/format.h>

namespace provodka::account {
namespace {

Decided<Money> credit_limit_of(const World& world, const Context& context, std::optional<Amount> amount) {
  if (!amount) return Money::zero(world.currency(context.tenant));
  const auto money = money_of(world, context, *amount, std::nullopt, "/data/credit_limit");
  if (money && money->is_negative()) return reject(credit_limit_negative, "/data/credit_limit");
  return money;
}

Decided<Decision> pay_out(const World& world, AccountId id, Money balance, const Payout& payout,
                          const Context& context) {
  AccountPaidOut event{.account = {world.strings[world.account(id).name]},
                       .amount = balance,
                       .provider = payout.provider,
                       .external_id = payout.external_id,
                       .effective = context.effective,
                       .postings = {},
                       .available = {},
                       .access = {}};
  Entry entry(world, context);
  entry.post(id, {-balance.minor, balance.currency});
  entry.post({book::Kind::clearing, payout.provider.text}, balance);
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  return accept(std::move(event));
}

}  // namespace

Decided<Decision> decide(const World& world, const OpenAccount& command, const Context& context) {
  if (world.find_account(context.tenant, command.account.text))
    return reject(account_exists, "/data/account");
  if (world.find_any_point(context.tenant, command.account.text)) {
    return reject(point_name_taken, "/data/account",
                  "an account's first access point has the account's name");
  }
  if (command.subscriber) {
    const auto whose = present_subscriber(world, context, *command.subscriber, "/data/subscriber");
    if (!whose) return std::unexpected(whose.error());
  }
  const auto limit = credit_limit_of(world, context, command.credit_limit);
  if (!limit) return std::unexpected(limit.error());
  AccountOpened event{.account = command.account,
                      .subscriber = command.subscriber,
                      .label = command.label,
                      .credit_limit = *limit,
                      .point = command.account,
                      .effective = context.effective,
                      .standing = {}};
  event.standing.push_back({.account = command.account,
                            .balance = Money::zero(limit->currency),
                            .available = *limit,
                            .access = Access::on});
  return accept(std::move(event));
}

Decided<Decision> decide(const World& world, const SetCreditLimit& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto limit = credit_limit_of(world, context, command.credit_limit);
  if (!limit) return std::unexpected(limit.error());
  const AccountRow& row = world.account(*id);
  if (row.credit_limit_minor == limit->minor) return reject(credit_limit_unchanged, "/data/credit_limit");
  CreditLimitSet event{.account = command.account,
                       .credit_limit = *limit,
                       .previous = {row.credit_limit_minor, limit->currency},
                       .reason = command.reason,
                       .effective = context.effective,
                       .standing = {}};
  event.standing.push_back(standing_of(world, *id, row.balance_minor, limit->minor));
  return accept(std::move(event));
}

Decided<Decision> decide(const World& world, const RelabelAccount& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  if (world.strings[world.account(*id).label] == command.label.text)
    return reject(label_unchanged, "/data/label");
  AccountRelabelled event{
      .account = command.account, .label = command.label, .effective = context.effective, .standing = {}};
  event.standing.push_back(standing_of(world, *id));
  return accept(std::move(event));
}

Decided<Decision> decide(const World& world, const CloseAccount& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const Money balance{world.account(*id).balance_minor, world.currency(context.tenant)};
  if (!balance.is_zero() && !(balance.is_positive() && command.payout)) {
    return reject(balance_not_zero, "/data/account",
                  fmt::format("its balance is {} {}", balance.to_string(), balance.currency.code()));
  }
  for (uint32_t s = world.account(*id).first_subscription; s != kNone; s = world.subscriptions[s].next) {
    const subscription::SubscriptionRow& row = world.subscriptions[s];
    if (row.state != subscription::State::ended) {
      return reject(subscriptions_running, "/data/account",
                    fmt::format("{} is running", world.strings[row.name]));
    }
  }
  AccountClosed event{
      .account = command.account, .reason = command.reason, .effective = context.effective, .standing = {}};
  event.standing.push_back(standing_of(world, *id, 0, world.account(*id).credit_limit_minor));
  if (balance.is_zero()) return accept(std::move(event));
  auto decision = pay_out(world, *id, balance, *command.payout, context);
  if (decision) decision->emplace_back(std::move(event));
  return decision;
}

}  // namespace provodka::account
