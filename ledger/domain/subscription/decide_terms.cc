#include "ledger/domain/entry.h"
#include "ledger/domain/served_by.h"
#include "ledger/domain/subscription/decide.h"
#include "ledger/domain/subscription/lookup.h"
#include "ledger/domain/subscription/pricing.h"
#include "ledger/domain/subscription/rejection.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

// Prices of a subscription's own, and what is done to many of them at a time.
namespace provodka::subscription {
namespace {

// Switches in one command, so that nobody waits long behind it; the report says how many are left.
constexpr size_t kMovedAtOnce = 20'000;

// Of some days, those that the present segment was charged for.
Period days_charged(const World& world, const SubscriptionRow& row, Period days) {
  const tariff::TariffRow& tariff = world.tariffs[row.tariff];
  if (row.state != State::active || row.segment == 0 || is_by_hour(tariff) ||
      tariff.mode == tariff::Mode::arrears) {
    return {days.first, days.first};
  }
  const Date first{std::max({days.first.days, row.segment_first, row.recalculated_past})};
  return {first, {std::max(first.days, std::min(days.past.days, row.charged_past))}};
}

}  // namespace

Decided<Decision> decide(const World& world, const GrantDiscount& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  const SubscriptionRow& row = world.subscriptions[*id];
  if (command.percent.has_value() == command.amount.has_value())
    return reject(percent_or_amount, "/data/percent");
  const Decimal hundred = Decimal::from_billionths(100 * Decimal::one);
  if (command.percent && (*command.percent <= Decimal() || *command.percent > hundred))
    return reject(percent_or_amount, "/data/percent");
  Money amount = Money::zero(world.currency(context.tenant));
  if (command.amount) {
    const auto money = positive_money_of(world, context, *command.amount, std::nullopt);
    if (!money) return std::unexpected(money.error());
    const uint32_t version = version_on(world, row.tariff, context.today);
    const Money price{world.tariffs[version == kNone ? row.tariff : version].price_minor, money->currency};
    if (money->minor > price.minor) {
      return reject(discount_above_price, "/data/amount",
                    fmt::format("the price is {} {}", price.to_string(), price.currency.code()));
    }
    amount = *money;
  }
  if (command.until && *command.until < command.from) return reject(ends_before_it_begins, "/data/until");
  return accept(DiscountGranted{.account = account_of(world, row),
                                .subscription = command.subscription,
                                .percent = command.percent,
                                .amount = amount,
                                .from = command.from,
                                .until = command.until,
                                .order = command.order.value_or(0),
                                .reason = command.reason,
                                .effective = context.effective,
                                .standing = standing_of(world, row)});
}

Decided<Decision> decide(const World& world, const OverridePrice& command, const Context& context) {
  const auto id = find(world, context, command.subscription);
  if (!id) return std::unexpected(id.error());
  const SubscriptionRow& row = world.subscriptions[*id];
  const auto price = money_of(world, context, command.price, std::nullopt, "/data/price");
  if (!price) return std::unexpected(price.error());
  if (price->is_negative()) return reject(common::amount_not_positive, "/data/price");
  if (command.until && *command.until < context.today) return reject(ends_before_it_begins, "/data/until");
  return accept(PriceOverridden{.account = account_of(world, row),
                                .subscription = command.subscription,
                                .price = *price,
                                .until = command.until,
                                .reason = command.reason,
                                .effective = context.effective,
                                .standing = standing_of(world, row)});
}

Decided<Decision> decide(const World& world, const MoveTariff& command, const Context& context) {
  const auto from = world.find_tariff(context.tenant, command.from.text);
  if (!from)
    return reject(unknown_plan, "/data/from", fmt::format("there is no tariff {}", command.from.text));
  const auto to = plan_on(world, context, command.to, context.today, "/data/to");
  if (!to) return std::unexpected(to.error());
  const tariff::TariffRow &before = world.tariffs[*from], &after = world.tariffs[*to];
  if (before.name == after.name) return reject(same_tariff, "/data/to");
  if (before.service != after.service) return reject(outside_group, "/data/to");
  if (command.group && world.strings[before.group] != command.group->text)
    return reject(outside_group, "/data/group");
  TariffMoved report{.tariff = command.from,
                     .to = command.to,
                     .group = command.group,
                     .moved = 0,
                     .left = 0,
                     .effective = context.today};
  Decision decision;
  for (uint32_t s = 0; s < world.subscriptions.size(); ++s) {
    const SubscriptionRow& row = world.subscriptions[s];
    const tariff::TariffRow& present = world.tariffs[row.tariff];
    if (row.state == State::ended || present.name != before.name || present.tenant != before.tenant) continue;
    if (row.next_tariff != kNone && world.tariffs[row.next_tariff].name == after.name) continue;
    if (auto event = report.moved < kMovedAtOnce
                         ? switched(world, context, s, command.to, command.when, Groups::ignore)
                         : reject(not_running, "/data/from")) {
      ++report.moved;
      decision.emplace_back(std::move(*event));
    } else {
      ++report.left;
    }
  }
  decision.emplace_back(report);
  return decision;
}

Decided<Decision> decide(const World& world, const RecalculateOutage& command, const Context& context) {
  if (command.street || command.accounts.has_value() == command.device.has_value())
    return reject(accounts_or_device, command.street ? "/data/street" : "/data/accounts");
  if (command.to < command.from) return reject(ends_before_it_begins, "/data/to");
  if (command.to > context.today) return reject(common::effective_in_future, "/data/to");
  OutageRecalculated report{.from = command.from,
                            .to = command.to,
                            .device = command.device,
                            .subscriptions = 0,
                            .amount = Money::zero(world.currency(context.tenant)),
                            .reason = command.reason,
                            .effective = context.today};
  Decision decision;
  const auto recalculate = [&](AccountId id) {
    for (uint32_t s = world.account(id).first_subscription; s != kNone; s = world.subscriptions[s].next) {
      const SubscriptionRow& row = world.subscriptions[s];
      const Period days = days_charged(world, row, {command.from, add_days(command.to, 1)});
      const int64_t cost = days.days() > 0 ? price_of(row, days.first.days, days.past.days) : 0;
      if (cost == 0) continue;
      report.amount.minor += cost;
      ++report.subscriptions;
      decision.emplace_back(SubscriptionRecalculated{.account = account_of(world, row),
                                                     .subscription = {world.strings[row.name]},
                                                     .from = days.first,
                                                     .to = add_days(days.past, -1),
                                                     .unused = {cost, report.amount.currency},
                                                     .reason = command.reason,
                                                     .effective = context.today,
                                                     .standing = standing_of(world, row)});
    }
  };
  if (command.accounts) {
    for (size_t i = 0; i < command.accounts->size(); ++i) {
      const auto id = open_account(world, context, (*command.accounts)[i], "/data/accounts");
      if (!id) return std::unexpected(id.error());
      const auto earlier = std::span(*command.accounts).first(i);
      if (std::ranges::find(earlier, (*command.accounts)[i]) == earlier.end()) recalculate(*id);
    }
  } else {
    const ServedBy is_behind(world, context.tenant, command.device->text);
    for (uint32_t i = 0; i < world.accounts.size(); ++i) {
      if (world.accounts[i].tenant != context.tenant.value()) continue;
      bool behind = false;
      for (uint32_t p = world.accounts[i].first_point; p != kNone; p = world.points[p].next)
        behind |= is_behind(world.points[p]);
      if (behind) recalculate(AccountId(i));
    }
  }
  decision.emplace_back(report);
  return decision;
}

}  // namespace provodka::subscription
