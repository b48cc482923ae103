#include "ledger/domain/subscription/lookup.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscription/pricing.h"
#include "ledger/domain/subscription/rejection.h"

#include <fmt/format.h>

namespace provodka::subscription {

Decided<uint32_t> find(const World& world, const Context& context, Id name) {
  const auto id = world.find_subscription(context.tenant, name.text);
  if (!id)
    return reject(unknown_subscription, "/data/subscription",
                  fmt::format("there is no subscription {}", name.text));
  if (world.subscriptions[*id].state == State::ended) return reject(subscription_ended, "/data/subscription");
  return *id;
}

// The version of an open tariff that holds on a day.
Decided<uint32_t> plan_on(const World& world, const Context& context, Id name, Date day,
                          std::string_view pointer) {
  const auto first = world.find_tariff(context.tenant, name.text);
  if (!first) return reject(unknown_plan, pointer, fmt::format("there is no tariff {}", name.text));
  if (world.tariffs[*first].closed) return reject(plan_closed, pointer);
  const uint32_t version = version_on(world, *first, day);
  if (version == kNone) {
    return reject(not_in_force, pointer,
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

namespace {

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

// What the first days on a tariff cost, for which the money has to be there.
int64_t first_charge(const World& world, const SubscriptionRow& row, uint32_t version, Date today) {
  const tariff::TariffRow& after = world.tariffs[version];
  SubscriptionRow fresh = row;
  fresh.override_minor = -1;
  const int64_t price = price_on(world, fresh, version, today).minor;
  if (after.mode == tariff::Mode::arrears) return 0;
  if (is_by_hour(after)) return price;
  const Period period = period_around(after, row, today);
  const Date past = after.mode == tariff::Mode::spread ? add_days(today, 1) : period.past;
  return slice(price, period, {today, past});
}

}  // namespace

Decided<SubscriptionSwitched> switched(const World& world, const Context& context, uint32_t id, Id tariff,
                                       SwitchWhen when, Groups groups) {
  const SubscriptionRow& row = world.subscriptions[id];
  const bool now = when == SwitchWhen::now;
  const Date from = now ? context.today : Date{std::max(row.period_past, context.today.days + 1)};
  const auto version = plan_on(world, context, tariff, from);
  if (!version) return std::unexpected(version.error());
  const tariff::TariffRow& before = world.tariffs[row.tariff];
  const tariff::TariffRow& after = world.tariffs[*version];
  if (before.name == after.name) return reject(same_tariff, "/data/tariff");
  const bool allowed = groups == Groups::ignore || may_switch(world, before, after);
  if (before.service != after.service || !allowed) return reject(outside_group, "/data/tariff");
  if (row.why == Why::frozen || row.state == State::pending) return reject(not_running, "/data/subscription");
  if (now && row.switched_on == context.today.days) return reject(switched_today, "/data/subscription");
  const Currency currency = world.currency(context.tenant);
  const int64_t unused = now ? unused_of(world, row, context.today, context.now) : 0;
  const bool charged = row.state == State::active || row.why == Why::unpaid || row.why == Why::debt;
  if (now && charged && after.shortage == tariff::Shortage::refuse) {
    const int64_t missing = first_charge(world, row, *version, context.today) +
                            world.tenant(context.tenant).threshold_minor - unused -
                            available_minor(world, world.accounts[row.account]);
    if (missing > 0) {
      return reject(common::insufficient_funds, "/data/tariff",
                    fmt::format("{} {} is missing", Money{missing, currency}.to_string(), currency.code()));
    }
  }
  return SubscriptionSwitched{.account = account_of(world, row),
                              .subscription = {world.strings[row.name]},
                              .tariff = tariff,
                              .version = after.version,
                              .previous = {world.strings[before.name]},
                              .from = from,
                              .unused = {unused, currency},
                              .effective = context.today,
                              .standing = standing_of(world, row)};
}

}  // namespace provodka::subscription
