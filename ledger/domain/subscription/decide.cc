#include "ledger/domain/subscription/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscription/lookup.h"
#include "ledger/domain/subscription/pricing.h"
#include "ledger/domain/subscription/rejection.h"

#include <fmt/format.h>

namespace provodka::subscription {
namespace {

constexpr size_t kSubscriptionsMax = 64;

// For how long, within the tenant's limits; none: until it is unfrozen.
Decided<std::optional<uint32_t>> days_frozen(const tenant::TenantRow& terms, const SubscriptionRow& row,
                                             const FreezeSubscription& command, Date from) {
  std::optional<uint32_t> most;
  if (terms.freeze_max_days > 0) most = terms.freeze_max_days;
  if (terms.freeze_year_days > 0) {
    const uint32_t used = row.frozen_year == from.year() ? row.frozen_days : 0;
    const uint32_t left = terms.freeze_year_days - std::min(used, terms.freeze_year_days);
    if (left == 0 || command.days.value_or(0) > left) {
      return reject(freeze_over_allowance, "/data/days",
                    fmt::format("{} of {} days are left in {}", left, terms.freeze_year_days, from.year()));
    }
    most = std::min(most.value_or(left), left);
  }
  const auto days = command.days ? command.days : most;
  if (days && *days < terms.freeze_min_days) {
    return reject(freeze_too_short, "/data/days", fmt::format("at least {} days", terms.freeze_min_days));
  }
  if (days && most && *days > *most)
    return reject(freeze_too_long, "/data/days", fmt::format("at most {} days", *most));
  return days;
}

}  // namespace

Decided<Decision> decide(const World& world, const StartSubscription& command, const Context& context) {
  const auto account = open_account(world, context, command.account, "/data/account");
  if (!account) return std::unexpected(account.error());
  if (world.find_subscription(context.tenant, command.subscription.text))
    return reject(subscription_exists, "/data/subscription");
  const Date from = command.from.value_or(context.today);
  if (from < context.today)
    return reject(start_in_past, "/data/from", fmt::format("today is {}", context.today));
  const auto version = plan_on(world, context, command.tariff, from);
  if (!version) return std::unexpected(version.error());
  size_t others = 0;
  for (uint32_t s = world.account(*account).first_subscription; s != kNone; s = world.subscriptions[s].next)
    ++others;
  if (others >= kSubscriptionsMax) return reject(too_many_subscriptions, "/data/account");
  const Points points = command.points.value_or(Points());
  for (const Id point : points) {
    const auto id = world.find_point(context.tenant, point.text);
    if (!id || world.points[id->value()].account != account->value()) {
      return reject(not_its_point, "/data/points",
                    fmt::format("account {} has no point {}", command.account.text, point.text));
    }
  }
  const tariff::TariffRow& tariff = world.tariffs[*version];
  SubscriptionStarted event{.account = command.account,
                            .subscription = command.subscription,
                            .tariff = command.tariff,
                            .version = tariff.version,
                            .service = {world.strings[world.services[tariff.service].name]},
                            .points = points,
                            .from = from,
                            .effective = context.effective,
                            .standing = {provodka::standing_of(world, *account)}};
  return accept(std::move(event));
}

// What follows is charged by what settles the account; here it is only made sure that it can be paid.
Decided<Decision> decide(const World& world, const SwitchSubscription& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  auto event = switched(world, context, *id, command.tariff, command.when, Groups::ask);
  if (!event) return std::unexpected(event.error());
  return accept(std::move(*event));
}

Decided<Decision> decide(const World& world, const FreezeSubscription& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  const SubscriptionRow& row = world.subscriptions[*id];
  if (row.freeze_first != kNever) return reject(frozen_already, "/data/subscription");
  if (row.state != State::active) return reject(not_running, "/data/subscription");
  const Date from = command.from.value_or(add_days(context.today, 1));
  if (from <= context.today || from > add_days(context.today, 366))
    return reject(freeze_not_ahead, "/data/from");
  if (command.days && (*command.days == 0 || *command.days > 3660))
    return reject(freeze_not_ahead, "/data/days");
  const account::AccountRow& account = world.accounts[row.account];
  const tenant::TenantRow& terms = world.tenant(context.tenant);
  const int64_t spare = available_minor(world, account) - terms.threshold_minor;
  if (world.arrangement(account).promise_minor > 0 || spare < 0)
    return reject(freeze_in_debt, "/data/subscription");
  const auto days = days_frozen(terms, row, command, from);
  if (!days) return std::unexpected(days.error());
  if (spare < terms.freeze_fee_minor) {
    const Money fee{terms.freeze_fee_minor, world.currency(context.tenant)};
    return reject(common::insufficient_funds, "/data/subscription",
                  fmt::format("it costs {} {}", fee.to_string(), fee.currency.code()));
  }
  return accept(
      SubscriptionFrozen{.account = account_of(world, row),
                         .subscription = command.subscription,
                         .from = from,
                         .to = *days ? std::optional(add_days(from, int64_t{**days} - 1)) : std::nullopt,
                         .effective = context.today,
                         .standing = standing_of(world, row)});
}

Decided<Decision> decide(const World& world, const UnfreezeSubscription& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  const SubscriptionRow& row = world.subscriptions[*id];
  if (row.freeze_first == kNever) return reject(not_frozen, "/data/subscription");
  return accept(SubscriptionUnfrozen{.account = account_of(world, row),
                                     .subscription = command.subscription,
                                     .effective = context.today,
                                     .standing = standing_of(world, row)});
}

Decided<Decision> decide(const World& world, const CancelSubscription& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  const SubscriptionRow& row = world.subscriptions[*id];
  const bool at_end = command.when == CancelWhen::period_end && row.state == State::active;
  const Date on = at_end ? Date{row.period_past} : context.today;
  // Today was used.
  int64_t unused = at_end ? 0 : unused_of(world, row, add_days(context.today, 1), context.now);
  if (!command.credit_unused.value_or(true)) unused = std::min<int64_t>(unused, 0);
  return accept(SubscriptionCancelled{.account = account_of(world, row),
                                      .subscription = command.subscription,
                                      .on = on,
                                      .unused = {unused, world.currency(context.tenant)},
                                      .effective = context.today,
                                      .standing = standing_of(world, row)});
}

}  // namespace provodka::subscription
