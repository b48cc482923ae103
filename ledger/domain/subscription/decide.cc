#include "ledger/domain/subscription/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscription/pricing.h"
#include "ledger/domain/subscription/rejection.h"

#include <fmt/format.h>

namespace provodka::subscription {
namespace {

constexpr size_t kSubscriptionsMax = 64;

Decided<uint32_t> find(const World& world, const Context& context, Id name) {
  const auto id = world.find_subscription(context.tenant, name.text);
  if (!id)
    return reject(unknown_subscription, "/data/subscription",
                  fmt::format("there is no subscription {}", name.text));
  if (world.subscriptions[*id].state == State::ended) return reject(subscription_ended, "/data/subscription");
  return *id;
}

// The version of an open tariff that holds on a day.
Decided<uint32_t> plan_on(const World& world, const Context& context, Id name, Date day) {
  const auto first = world.find_tariff(context.tenant, name.text);
  if (!first) return reject(unknown_plan, "/data/tariff", fmt::format("there is no tariff {}", name.text));
  if (world.tariffs[*first].closed) return reject(plan_closed, "/data/tariff");
  const uint32_t version = version_on(world, *first, day);
  if (version == kNone) {
    return reject(not_in_force, "/data/tariff",
                  fmt::format("its first version is of {}", Date{world.tariffs[*first].effective}));
  }
  return version;
}

Id account_of(const World& world, const SubscriptionRow& row) {
  return {world.strings[world.accounts[row.account].name]};
}

account::Standings standing_of(const World& world, const SubscriptionRow& row) {
  return {provodka::standing_of(world, AccountId(row.account))};
}

bool may_switch(const World& world, const tariff::TariffRow& from, const tariff::TariffRow& to) {
  std::string_view groups = world.strings[from.switch_to];
  if (groups.empty()) return true;
  const std::string_view group = world.strings[to.group];
  while (!groups.empty()) {
    const size_t end = std::min(groups.find(' '), groups.size());
    if (groups.substr(0, end) == group) return true;
    groups.remove_prefix(std::min(end + 1, groups.size()));
  }
  return false;
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
  const SubscriptionRow& row = world.subscriptions[*id];
  const bool now = command.when == SwitchWhen::now;
  const Date from = now ? context.today : Date{std::max(row.period_past, context.today.days + 1)};
  const auto version = plan_on(world, context, command.tariff, from);
  if (!version) return std::unexpected(version.error());
  const tariff::TariffRow& before = world.tariffs[row.tariff];
  const tariff::TariffRow& after = world.tariffs[*version];
  if (before.name == after.name) return reject(same_tariff, "/data/tariff");
  if (before.service != after.service || !may_switch(world, before, after))
    return reject(outside_group, "/data/tariff");
  if (row.why == Why::frozen || row.state == State::pending) return reject(not_running, "/data/subscription");
  if (now && row.switched_on == context.today.days) return reject(switched_today, "/data/subscription");
  const Currency currency = world.currency(context.tenant);
  int64_t unused = 0;
  if (now && row.state == State::active) unused = price_of(row, context.today.days, row.charged_past);
  if (now && row.state == State::active && after.shortage == tariff::Shortage::refuse) {
    const Period period = row.period_past > context.today.days && before.length == after.length
                              ? Period{{row.period_first}, {row.period_past}}
                              : period_around(after, row, context.today);
    const Date first = std::max(context.today, period.first);
    const Date past = after.mode == tariff::Mode::spread ? add_days(first, 1) : period.past;
    const Vat vat = vat_on(world, after.service, first);
    const int64_t price = slice(gross_of(vat, after.price_minor), period.days(),
                                first.days - period.first.days + 1, past.days - period.first.days);
    const int64_t missing = price + world.tenant(context.tenant).threshold_minor - unused -
                            available_minor(world.accounts[row.account]);
    if (missing > 0) {
      return reject(common::insufficient_funds, "/data/tariff",
                    fmt::format("{} {} is missing", Money{missing, currency}.to_string(), currency.code()));
    }
  }
  return accept(SubscriptionSwitched{.account = account_of(world, row),
                                     .subscription = command.subscription,
                                     .tariff = command.tariff,
                                     .version = after.version,
                                     .previous = {world.strings[before.name]},
                                     .from = from,
                                     .unused = {unused, currency},
                                     .effective = context.today,
                                     .standing = standing_of(world, row)});
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
  if (account.promise_minor > 0 || available_minor(account) < world.tenant(context.tenant).threshold_minor)
    return reject(freeze_in_debt, "/data/subscription");
  return accept(SubscriptionFrozen{
      .account = account_of(world, row),
      .subscription = command.subscription,
      .from = from,
      .to = command.days ? std::optional(add_days(from, int64_t{*command.days} - 1)) : std::nullopt,
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
  const int64_t unused = !at_end && row.state == State::active && command.credit_unused.value_or(true)
                             ? price_of(row, context.today.days + 1, row.charged_past)
                             : 0;
  return accept(SubscriptionCancelled{.account = account_of(world, row),
                                      .subscription = command.subscription,
                                      .on = on,
                                      .unused = {unused, world.currency(context.tenant)},
                                      .effective = context.today,
                                      .standing = standing_of(world, row)});
}

}  // namespace provodka::subscription
