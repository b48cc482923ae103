#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency"), threshold = set("threshold");
};

struct Accounts : Upserts {
  Accounts() : Upserts("account", {"tenant", "account"}) {}
  Column available = set("available");
};

struct Tariffs : Upserts {
  Tariffs() : Upserts("tariff", {"tenant", "tariff"}) {}
  Column mode = set("mode"), shortage = set("shortage"), closed = set("closed");
};

struct Subscriptions : Upserts {
  Subscriptions() : Upserts("subscription", {"tenant", "subscription"}) {}
  Column account = set("account"), service = set("service"), tariff = set("tariff"), state = set("state"),
         price = set("price"), period_days = set("period_days"), charged_days = set("charged_days"),
         next_charge = set("next_charge"), moved_days = set("moved_days"), ends = set("ends");
};

int32_t days_between(Date from, Date to) { return to.days - from.days + 1; }

class Forecast : public Projection {
 public:
  Forecast() {
    for (Table* table : std::initializer_list<Table*>{&tenants_, &accounts_, &tariffs_, &subscriptions_})
      owns(*table);
  }

  Result<void> fold(const Happened& happened) override {
    std::visit(
        [&](const auto& event) {
          for (const account::Standing& standing : account::standings_in(event))
            accounts_.at(happened.header.tenant, standing.account)
                .set(accounts_.available, standing.available);
          take(happened, event);
        },
        happened.event);
    return {};
  }

 private:
  Upserts::Row row_of(const Happened& happened, Id subscription) {
    return subscriptions_.at(happened.header.tenant, subscription);
  }

  template <class E>
  void take(const Happened&, const E&) {}

  void take(const Happened&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant).set(tenants_.zone, event.zone).set(tenants_.currency, event.currency.code());
  }
  void take(const Happened& happened, const tenant::TenantConfigured& event) {
    tenants_.at(happened.header.tenant).set(tenants_.threshold, event.threshold);
  }
  void take(const Happened& happened, const tariff::TariffPublished& event) {
    tariffs_.at(happened.header.tenant, event.tariff)
        .set(tariffs_.mode, event.mode)
        .set(tariffs_.shortage, event.shortage);
  }
  void take(const Happened& happened, const tariff::TariffClosed& event) {
    tariffs_.at(happened.header.tenant, event.tariff).set(tariffs_.closed, event.effective);
  }
  void take(const Happened& happened, const subscription::SubscriptionStarted& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.account, event.account)
        .set(subscriptions_.service, event.service)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.state, "pending")
        .set(subscriptions_.next_charge, event.from);
  }
  void take(const Happened& happened, const subscription::TrialBegun& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.state, "running")
        .set(subscriptions_.next_charge, add_days(event.to, 1));
  }
  void take(const Happened& happened, const subscription::PeriodBegun& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.state, "running")
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.price, event.price)
        .set(subscriptions_.period_days, event.began ? 1 : days_between(event.period_from, event.period_to))
        .set(subscriptions_.charged_days, event.began ? 1 : days_between(event.period_from, event.period_to))
        .set(subscriptions_.moved_days, 0)
        .set(subscriptions_.next_charge,
             event.began ? add_days(event.from, 1) : add_days(event.period_to, 1));
  }
  void take(const Happened& happened, const subscription::SubscriptionCharged& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.price, event.price)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.period_days, days_between(event.period_from, event.period_to))
        .set(subscriptions_.charged_days, days_between(event.from, event.to));
    // The charge of a segment that is over says nothing of what comes next.
    if (event.closing) return;
    row.set(subscriptions_.state, "running")
        .set(subscriptions_.moved_days, 0)
        .set(subscriptions_.next_charge, add_days(event.to, 1));
  }
  void take(const Happened& happened, const subscription::SubscriptionSuspended& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.state, event.reason == subscription::Why::ended ? "ended" : "off");
  }
  void take(const Happened& happened, const subscription::SubscriptionResumed& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.state, "running")
        .set(subscriptions_.moved_days, event.moved_days);
  }
  void take(const Happened& happened, const subscription::SubscriptionSwitched& event) {
    if (event.from <= event.effective)
      row_of(happened, event.subscription).set(subscriptions_.tariff, event.tariff);
  }
  void take(const Happened& happened, const subscription::SubscriptionCancelled& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.ends, event.on);
    if (event.on <= event.effective) row.set(subscriptions_.state, "ended");
  }

  Tenants tenants_;
  Accounts accounts_;
  Tariffs tariffs_;
  Subscriptions subscriptions_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Forecast;
PROVODKA_PROJECTION(forecast, 1, Forecast)
