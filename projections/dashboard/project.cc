#include "ledger/core/zone.h"
#include "projections/dashboard/subscribers.h"
#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

#include <algorithm>

namespace provodka::projections {
namespace {

using dashboard::Stage;
using dashboard::Standing;

struct TenantTable : Upserts {
  TenantTable() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency"), decimals = set("decimals"), since = set("since");
};

struct HourTable : Upserts {
  HourTable() : Upserts("hour", {"tenant", "day", "hour"}) {}
  Column active = add("active"), off = add("off"), frozen = add("frozen");
  Column fresh = add("new"), blocked = add("blocked"), returned = add("returned"), churned = add("churned");
  Column payments = add("payments"), paid = add("paid"), reversed = add("reversed"),
         paid_out = add("paid_out");
  Column charges = add("charges"), credits = add("credits"), debt = add("debt");
};

struct ProviderTable : Upserts {
  ProviderTable() : Upserts("provider_day", {"tenant", "day", "provider"}) {}
  Column payments = add("payments"), amount = add("amount");
  Column reversals = add("reversals"), reversed = add("reversed");
};

struct SubscriptionTable : Upserts {
  SubscriptionTable() : Upserts("subscription", {"tenant", "subscription"}) {}
  Column account = set("account"), stage = set("stage"), ran = set("ran");
};

// The hour of a tenant's day that an instant is in.
class Hours {
 public:
  explicit Hours(Zone zone) : zone_(zone) {}

  void go_to(Instant instant) {
    if (instant >= begin_ && instant < end_) return;
    constexpr int64_t kHour = 3600 * micros_per_second;
    day_ = zone_.local_date(instant);
    const Instant midnight = zone_.day_start(day_);
    begin_ = add_micros(midnight, micros_between(midnight, instant) / kHour * kHour);
    end_ = std::min(add_micros(begin_, kHour), zone_.day_start(add_days(day_, 1)));
  }
  Date day() const { return day_; }
  Instant begin() const { return begin_; }

 private:
  Zone zone_;
  Instant begin_, end_;
  Date day_;
};

struct Tenant {
  Hours hours;
  dashboard::Subscribers subscribers;
};

Money owed(int64_t balance_minor, Currency currency) {
  return {balance_minor < 0 ? -balance_minor : 0, currency};
}

class Dashboard : public Projection {
 public:
  Dashboard() {
    owns(tenants_table_);
    owns(hours_);
    owns(providers_);
    owns(subscriptions_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    tenants_.clear();
    for (const auto& row : transaction.exec("SELECT tenant, zone FROM " + schema + ".tenant")) {
      if (const auto known = know(row[0].c_str(), row[1].c_str()); !known) return known;
    }
    for_each_row(
        transaction, "SELECT tenant, account, subscription, stage, ran FROM " + schema + ".subscription",
        [&](const auto& row) {
          Stage stage = Stage::ended;
          enum_value(row[3].c_str(), stage);
          tenants_.find(std::string_view(row[0].c_str()))
              ->second.subscribers.put(row[1].c_str(), row[2].c_str(), stage, row[4].template as<bool>());
        });
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    if (const auto* created = std::get_if<tenant::TenantCreated>(&happened.event)) {
      if (const auto known = know(created->tenant.text, created->zone.text); !known) return known;
      Hours& hours = tenants_.find(created->tenant.text)->second.hours;
      hours.go_to(happened.header.time);
      tenants_table_.at(created->tenant)
          .set(tenants_table_.zone, created->zone)
          .set(tenants_table_.currency, created->currency.code())
          .set(tenants_table_.decimals, created->currency.exponent())
          .set(tenants_table_.since, hours.day());
      return {};
    }
    const auto found = tenants_.find(happened.header.tenant);
    if (found == tenants_.end()) return std::unexpected(Fault{"the tenant was not created before"});
    found->second.hours.go_to(happened.header.time);
    return std::visit([&](const auto& event) { return take(happened.header.tenant, found->second, event); },
                      happened.event);
  }

 private:
  Result<void> know(std::string_view tenant, std::string_view zone) {
    const auto found = Zone::find(zone);
    if (!found) return std::unexpected(Fault{fmt::format("the time zone {} is not known here", zone)});
    tenants_.emplace(std::string(tenant), Tenant{Hours(*found), {}});
    return {};
  }

  HourTable::Row hour(std::string_view name, const Tenant& tenant) {
    return hours_.at(name, tenant.hours.day(), tenant.hours.begin());
  }

  template <class E>
  Result<void> take(std::string_view name, Tenant& tenant, const E& event) {
    for_each_movement(event,
                      [&](const book::Posting& posting) { move(hour(name, tenant), sort_of<E>(), posting); });
    count_payment(name, tenant, event);
    if constexpr (std::is_same_v<E, subscription::SubscriptionStarted>) {
      put(name, tenant, event, Stage::pending);
    } else if constexpr (requires {
                           event.subscription;
                           event.account;
                         }) {
      const Stage* now = tenant.subscribers.find(subscription_of<Id>(event).value_or(Id()).text);
      if (!now) {
        if constexpr (std::is_same_v<E, charge::ChargeReversed>) return {};  // that names none
        return std::unexpected(Fault{"the subscription was not started before"});
      }
      const auto stage = stage_after(event, *now);
      if (stage && *stage != *now) put(name, tenant, event, *stage);
    }
    return {};
  }

  void move(HourTable::Row row, Sort sort, const book::Posting& posting) {
    const Currency currency = posting.amount.currency;
    const int64_t before = posting.balance.minor - posting.amount.minor;
    row.add(hours_.debt, owed(posting.balance.minor, currency)).subtract(hours_.debt, owed(before, currency));
    if (sort == Sort::charge) row.subtract(hours_.charges, posting.amount);
    if (sort == Sort::credit) row.add(hours_.credits, posting.amount);
    if (sort == Sort::payout) row.subtract(hours_.paid_out, posting.amount);
  }

  // What a provider brought or took back, whether or not it is on an account yet.
  template <class E>
  void count_payment(std::string_view name, const Tenant& tenant, const E& event) {
    constexpr bool came =
        std::is_same_v<E, payment::PaymentReceived> || std::is_same_v<E, payment::PaymentSuspended>;
    constexpr bool went = std::is_same_v<E, payment::PaymentReversed>;
    if constexpr (came || went) {
      auto by_provider = providers_.at(name, tenant.hours.day(), event.provider);
      if constexpr (came) {
        by_provider.count(providers_.payments).add(providers_.amount, event.amount);
        hour(name, tenant).count(hours_.payments).add(hours_.paid, event.amount);
      } else {
        by_provider.count(providers_.reversals).add(providers_.reversed, event.amount);
        hour(name, tenant).add(hours_.reversed, event.amount);
      }
    }
  }

  template <class E>
  void put(std::string_view name, Tenant& tenant, const E& event, Stage stage) {
    const Id subscription = *subscription_of<Id>(event);
    auto row = subscriptions_.at(name, subscription);
    row.set(subscriptions_.stage, stage);
    if constexpr (std::is_same_v<E, subscription::SubscriptionStarted>)
      row.set(subscriptions_.account, event.account).set(subscriptions_.ran, false);
    const bool runs = stage == Stage::running;
    if (runs) row.set(subscriptions_.ran, true);
    const auto moved = tenant.subscribers.put(event.account.text, subscription.text, stage, runs);
    if (moved.before != moved.after) count(hour(name, tenant), moved);
  }

  void count(HourTable::Row row, const dashboard::Moved& moved) {
    const auto standing = [&](Standing which, Upserts::Column column) {
      if (moved.before == which) row.count(column, -1);
      if (moved.after == which) row.count(column, 1);
    };
    standing(Standing::active, hours_.active);
    standing(Standing::blocked, hours_.off);
    standing(Standing::frozen, hours_.frozen);
    if (moved.first) {
      row.count(hours_.fresh);
    } else if (moved.after == Standing::active && moved.before != Standing::frozen) {
      row.count(hours_.returned);
    }
    if (moved.after == Standing::blocked &&
        (moved.before == Standing::active || moved.before == Standing::frozen))
      row.count(hours_.blocked);
    if (moved.after == Standing::gone) row.count(hours_.churned);
  }

  ByName<Tenant> tenants_;
  TenantTable tenants_table_;
  HourTable hours_;
  ProviderTable providers_;
  SubscriptionTable subscriptions_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Dashboard;
PROVODKA_PROJECTION(dashboard, 1, Dashboard)
