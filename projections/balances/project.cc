#include "projections/runner/movements.h"
#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  Column name = set("name"), currency = set("currency"), zone = set("zone"), threshold = set("threshold");
};

struct Services : Upserts {
  Services() : Upserts("service", {"tenant", "service"}) {}
  Column rank = set("rank");
};

struct Tariffs : Upserts {
  Tariffs() : Upserts("tariff", {"tenant", "tariff"}) {}
  Column mode = set("mode"), period = set("period");
};

struct Accounts : Upserts {
  Accounts() : Upserts("account", {"tenant", "account"}) {}
  Column subscriber = set("subscriber"), label = set("label"), currency = set("currency"),
         balance = set("balance"), credit_limit = set("credit_limit"), available = set("available"),
         access = set("access"), status = set("status"), opened = set("opened"), closed = set("closed"),
         version = set("version");
};

struct Points : Upserts {
  Points() : Upserts("point", {"tenant", "point"}) {}
  Column account = set("account"), reasons = set("reasons");
};

struct Subscriptions : Upserts {
  Subscriptions() : Upserts("subscription", {"tenant", "subscription"}) {}
  Column account = set("account"), service = set("service"), tariff = set("tariff"), version = set("version"),
         state = set("state"), why = set("why"), price = set("price"), period_from = set("period_from"),
         period_to = set("period_to"), paid_from = set("paid_from"), paid_to = set("paid_to"),
         next_charge = set("next_charge"), moved_days = set("moved_days"), hour = set("hour"),
         ends = set("ends");
};

struct Days : Upserts {
  Days() : Upserts("day", {"tenant", "account", "day"}) {}
  Column currency = set("currency"), amount = add("amount"), entries = add("entries");
};

class Balances : public Projection {
 public:
  Balances() {
    for (Table* table : std::initializer_list<Table*>{&tenants_, &services_, &tariffs_, &accounts_, &points_,
                                                      &subscriptions_, &days_})
      owns(*table);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    moved_.clear();
    for_each_row(
        transaction,
        "SELECT tenant, subscription, moved_days FROM " + schema + ".subscription WHERE moved_days > 0",
        [&](const auto& row) {
          moved_.emplace(key_of({row[0].c_str(), row[1].c_str()}), row[2].template as<uint32_t>());
        });
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    std::visit(
        [&](const auto& event) {
          stand(happened, event);
          move(happened, event);
          take(happened, event);
        },
        happened.event);
    return {};
  }

 private:
  template <class E>
  void stand(const Happened& happened, const E& event) {
    for (const account::Standing& standing : account::standings_in(event)) {
      accounts_.at(happened.header.tenant, standing.account)
          .set(accounts_.balance, standing.balance)
          .set(accounts_.available, standing.available)
          .set(accounts_.access, standing.access)
          .set(accounts_.version, happened.header.sequence);
    }
  }

  template <class E>
  void move(const Happened& happened, const E& event) {
    for_each_movement(event, [&](const book::Posting& posting) {
      days_.at(happened.header.tenant, posting.account.name, event.effective)
          .set(days_.currency, posting.amount.currency.code())
          .add(days_.amount, posting.amount)
          .count(days_.entries);
    });
  }

  // What is paid for is a new period, and stands where its event says.
  void forget_moves(const Happened& happened, Id subscription) {
    if (!moved_.empty()) moved_.erase(key_of({happened.header.tenant, subscription.text}));
  }

  template <class E>
  void take(const Happened&, const E&) {}

  void take(const Happened&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant)
        .set(tenants_.name, event.name)
        .set(tenants_.currency, event.currency.code())
        .set(tenants_.zone, event.zone);
  }
  void take(const Happened& happened, const tenant::TenantConfigured& event) {
    tenants_.at(happened.header.tenant).set(tenants_.threshold, event.threshold);
  }
  void take(const Happened& happened, const tariff::ServiceDefined& event) {
    services_.at(happened.header.tenant, event.service).set(services_.rank, event.rank);
  }

  void take(const Happened& happened, const tariff::TariffPublished& event) {
    tariffs_.at(happened.header.tenant, event.tariff)
        .set(tariffs_.mode, event.mode)
        .set(tariffs_.period, event.period);
  }

  void take(const Happened& happened, const account::AccountOpened& event) {
    accounts_.at(happened.header.tenant, event.account)
        .set(accounts_.subscriber, event.subscriber)
        .set(accounts_.label, event.label)
        .set(accounts_.currency, event.credit_limit.currency.code())
        .set(accounts_.credit_limit, event.credit_limit)
        .set(accounts_.status, "open")
        .set(accounts_.opened, happened.header.time);
    points_.at(happened.header.tenant, event.point).set(points_.account, event.account);
  }
  void take(const Happened& happened, const account::CreditLimitSet& event) {
    accounts_.at(happened.header.tenant, event.account).set(accounts_.credit_limit, event.credit_limit);
  }
  void take(const Happened& happened, const account::AccountRelabelled& event) {
    accounts_.at(happened.header.tenant, event.account).set(accounts_.label, event.label);
  }
  void take(const Happened& happened, const account::AccountClosed& event) {
    accounts_.at(happened.header.tenant, event.account)
        .set(accounts_.status, "closed")
        .set(accounts_.closed, happened.header.time);
  }
  void take(const Happened& happened, const access::PointAdded& event) {
    points_.at(happened.header.tenant, event.point).set(points_.account, event.account);
  }
  void take(const Happened& happened, const access::PointRemoved& event) {
    points_.at(happened.header.tenant, event.point).set(points_.reasons, Null());
  }
  void take(const Happened& happened, const access::AccessChanged& event) {
    points_.at(happened.header.tenant, event.point)
        .set(points_.account, event.account)
        .set(points_.reasons, event.reasons);
  }

  void take(const Happened& happened, const subscription::SubscriptionStarted& event) {
    subscriptions_.at(happened.header.tenant, event.subscription)
        .set(subscriptions_.account, event.account)
        .set(subscriptions_.service, event.service)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.version, event.version)
        .set(subscriptions_.state, "pending")
        .set(subscriptions_.next_charge, event.from);
  }
  void take(const Happened& happened, const subscription::TrialBegun& event) {
    subscriptions_.at(happened.header.tenant, event.subscription)
        .set(subscriptions_.state, "trial")
        .set(subscriptions_.next_charge, add_days(event.to, 1));
  }
  void take(const Happened& happened, const subscription::PeriodBegun& event) {
    forget_moves(happened, event.subscription);
    subscriptions_.at(happened.header.tenant, event.subscription)
        .set(subscriptions_.state, "active")
        .set(subscriptions_.why, Null())
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.version, event.version)
        .set(subscriptions_.price, event.price)
        .set(subscriptions_.period_from, event.period_from)
        .set(subscriptions_.period_to, event.period_to)
        .set(subscriptions_.moved_days, 0)
        .set(subscriptions_.hour, event.began)
        .set(subscriptions_.next_charge, add_days(event.period_to, 1));
  }
  void take(const Happened& happened, const subscription::SubscriptionCharged& event) {
    auto row = subscriptions_.at(happened.header.tenant, event.subscription);
    row.set(subscriptions_.price, event.price)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.version, event.version)
        .set(subscriptions_.period_from, event.period_from)
        .set(subscriptions_.period_to, event.period_to)
        .set(subscriptions_.paid_from, event.from)
        .set(subscriptions_.paid_to, event.to)
        .set(subscriptions_.hour, event.ended)
        .set(subscriptions_.moved_days, 0);
    forget_moves(happened, event.subscription);
    // The charge of a segment that is over says nothing of what comes next.
    if (event.closing) return;
    row.set(subscriptions_.state, "active")
        .set(subscriptions_.why, Null())
        .set(subscriptions_.next_charge, add_days(event.to, 1));
  }
  void take(const Happened& happened, const subscription::SubscriptionSuspended& event) {
    subscriptions_.at(happened.header.tenant, event.subscription)
        .set(subscriptions_.state, event.reason == subscription::Why::ended ? "ended" : "off")
        .set(subscriptions_.why, event.reason);
  }
  // Each freeze moves what is paid for on from where the one before has left it.
  void take(const Happened& happened, const subscription::SubscriptionResumed& event) {
    auto row = subscriptions_.at(happened.header.tenant, event.subscription);
    row.set(subscriptions_.state, "active").set(subscriptions_.why, Null());
    if (event.moved_days == 0) return;
    uint32_t& moved = moved_[key_of({happened.header.tenant, event.subscription.text})];
    moved += event.moved_days;
    row.set(subscriptions_.moved_days, moved);
  }
  void take(const Happened& happened, const subscription::SubscriptionSwitched& event) {
    if (event.from > event.effective) return;
    subscriptions_.at(happened.header.tenant, event.subscription)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.version, event.version);
  }
  void take(const Happened& happened, const subscription::SubscriptionCancelled& event) {
    auto row = subscriptions_.at(happened.header.tenant, event.subscription);
    row.set(subscriptions_.ends, event.on);
    if (event.on <= event.effective) row.set(subscriptions_.state, "ended").set(subscriptions_.why, "ended");
  }

  ByName<uint32_t> moved_;  // by tenant and subscription: days since the charge, where there are any
  Tenants tenants_;
  Services services_;
  Tariffs tariffs_;
  Accounts accounts_;
  Points points_;
  Subscriptions subscriptions_;
  Days days_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Balances;
PROVODKA_PROJECTION(balances, 2, Balances)
