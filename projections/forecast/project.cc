#include "ledger/codec/json_out.h"
#include "projections/forecast/plans.h"
#include "projections/runner/movements.h"
#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency"), decimals = set("decimals"),
         threshold = set("threshold"), grace_hours = set("grace_hours");
};

struct Services : Upserts {
  Services() : Upserts("service", {"tenant", "service"}) {}
  Column vat = set("vat");
};

struct Tariffs : Upserts {
  Tariffs() : Upserts("tariff", {"tenant", "tariff", "version"}) {}
  Column service = set("service"), from_day = set("from_day"), mode = set("mode"), period = set("period"),
         anchor = set("anchor"), price = set("price"), shortage = set("shortage"),
         setup_fee = set("setup_fee"), trial_days = set("trial_days"), due_days = set("due_days");
};

struct Closed : Upserts {
  Closed() : Upserts("closed", {"tenant", "tariff"}) {}
  Column day = set("day");
};

struct Accounts : Upserts {
  Accounts() : Upserts("account", {"tenant", "account"}) {}
  Column available = set("available"), promise = set("promise"), promise_until = set("promise_until"),
         grace_until = set("grace_until");
};

struct Subscriptions : Upserts {
  Subscriptions() : Upserts("subscription", {"tenant", "subscription"}) {}
  Column account = set("account"), service = set("service"), tariff = set("tariff"),
         next_tariff = set("next_tariff"), next_from = set("next_from"), state = set("state"),
         why = set("why"), tried = set("tried"), fee_paid = set("fee_paid"), price = set("price"),
         period_to = set("period_to"), charged_past = set("charged_past"), moved_days = set("moved_days"),
         anchor = set("anchor"), anchor_moved = set("anchor_moved"), counted = set("counted"),
         hour = set("hour"), override = set("override"), override_until = set("override_until"),
         freeze_from = set("freeze_from"), ends = set("ends");
};

struct Discounts : Upserts {
  Discounts() : Upserts("discount", {"tenant", "subscription", "number"}) {}
  Column place = set("place"), percent = set("percent"), amount = set("amount"), from_day = set("from_day"),
         until = set("until");
};

// Of a subscription that a freeze has moved, or whose tariff is to change.
struct Shift {
  uint32_t moved = 0;         // days, since it was charged
  uint32_t anchor_moved = 0;  // since its periods count from there
  std::string next_tariff;    // empty: it does not change
  Date next_from{};

  bool is_none() const { return moved == 0 && anchor_moved == 0 && next_tariff.empty(); }
};

class Forecast : public Projection {
 public:
  Forecast() {
    for (Table* table : std::initializer_list<Table*>{&tenants_, &services_, &tariffs_, &closed_, &accounts_,
                                                      &subscriptions_, &discounts_, &plans_.table})
      owns(*table);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    plans_.recall(transaction, schema);
    shifts_.clear();
    for_each_row(transaction,
                 "SELECT tenant, subscription, coalesce(moved_days, 0), coalesce(anchor_moved, 0), "
                 "coalesce(next_tariff, ''), coalesce(next_from, date '1970-01-01') FROM " +
                     schema + ".subscription WHERE moved_days > 0 OR anchor_moved > 0 OR next_tariff <> ''",
                 [&](const auto& row) {
                   shifts_.emplace(key_of({row[0].c_str(), row[1].c_str()}),
                                   Shift{.moved = row[2].template as<uint32_t>(),
                                         .anchor_moved = row[3].template as<uint32_t>(),
                                         .next_tariff = row[4].c_str(),
                                         .next_from = Date::parse(std::string_view(row[5].c_str())).value()});
                 });
    return {};
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

  // Lets f(shift) change what is kept of a subscription, which may be that nothing is.
  template <class F>
  void shift(const Happened& happened, Id subscription, F&& f) {
    const std::string key = key_of({happened.header.tenant, subscription.text});
    Shift& shift = shifts_[key];
    f(shift);
    if (shift.is_none()) shifts_.erase(key);
  }

  // A period stands where its event says; on the tariff that was to come next, that has come.
  template <class E>
  void arrive(const Happened& happened, const E& event, Upserts::Row& row) {
    row.set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.state, "running")
        .set(subscriptions_.why, Null())
        .set(subscriptions_.moved_days, 0);
    if (shifts_.empty()) return;
    shift(happened, event.subscription, [&](Shift& shift) {
      shift.moved = 0;
      if (shift.next_tariff == event.tariff.text) set_next(shift, row, {}, {});
    });
  }

  void set_next(Shift& shift, Upserts::Row& row, std::string_view tariff, Date from) {
    shift.next_tariff = tariff;
    shift.next_from = from;
    if (tariff.empty()) {
      row.set(subscriptions_.next_tariff, Null()).set(subscriptions_.next_from, Null());
    } else {
      row.set(subscriptions_.next_tariff, tariff).set(subscriptions_.next_from, from);
    }
  }

  template <class E>
  void take(const Happened& happened, const E& event) {
    if constexpr (requires { plans_.take(happened, event); }) plans_.take(happened, event);
  }

  void take(const Happened&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant)
        .set(tenants_.zone, event.zone)
        .set(tenants_.currency, event.currency.code())
        .set(tenants_.decimals, event.currency.exponent());
  }
  void take(const Happened& happened, const tenant::TenantConfigured& event) {
    tenants_.at(happened.header.tenant)
        .set(tenants_.threshold, event.threshold)
        .set(tenants_.grace_hours, event.grace_hours);
  }
  void take(const Happened& happened, const tariff::ServiceDefined& event) {
    Buffer vat;
    codec::write(vat, event.vat);
    services_.at(happened.header.tenant, event.service).set(services_.vat, vat.view());
  }
  void take(const Happened& happened, const tariff::TariffPublished& event) {
    tariffs_.at(happened.header.tenant, event.tariff, event.version)
        .set(tariffs_.service, event.service)
        .set(tariffs_.from_day, event.from)
        .set(tariffs_.mode, event.mode)
        .set(tariffs_.period, event.period)
        .set(tariffs_.anchor, event.anchor)
        .set(tariffs_.price, event.price)
        .set(tariffs_.shortage, event.shortage)
        .set(tariffs_.setup_fee, event.setup_fee)
        .set(tariffs_.trial_days, event.trial_days)
        .set(tariffs_.due_days, event.due_days);
  }
  void take(const Happened& happened, const tariff::TariffClosed& event) {
    closed_.at(happened.header.tenant, event.tariff).set(closed_.day, event.effective);
  }

  void take(const Happened& happened, const promise::PromiseGiven& event) {
    accounts_.at(happened.header.tenant, event.account)
        .set(accounts_.promise, event.amount)
        .set(accounts_.promise_until, event.until);
  }
  // No grace follows a promise that was broken.
  void take(const Happened& happened, const promise::PromiseEnded& event) {
    auto row = accounts_.at(happened.header.tenant, event.account);
    row.set(accounts_.promise, Null()).set(accounts_.promise_until, Null());
    if (event.outcome == promise::Outcome::broken) row.set(accounts_.grace_until, Null());
  }

  void take(const Happened& happened, const subscription::SubscriptionStarted& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.account, event.account)
        .set(subscriptions_.service, event.service)
        .set(subscriptions_.tariff, event.tariff)
        .set(subscriptions_.state, "pending")
        .set(subscriptions_.charged_past, event.from)
        .set(subscriptions_.anchor, event.from);
  }
  void take(const Happened& happened, const subscription::TrialBegun& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.state, "running")
        .set(subscriptions_.why, Null())
        .set(subscriptions_.tried, true)
        .set(subscriptions_.charged_past, add_days(event.to, 1))
        .set(subscriptions_.anchor, add_days(event.to, 1));
  }
  void take(const Happened& happened, const subscription::PeriodBegun& event) {
    auto row = row_of(happened, event.subscription);
    arrive(happened, event, row);
    row.set(subscriptions_.price, event.price)
        .set(subscriptions_.period_to, event.period_to)
        .set(subscriptions_.charged_past, event.from)
        .set(subscriptions_.hour, event.began);
  }
  void take(const Happened& happened, const subscription::SubscriptionCharged& event) {
    if (event.grace_until)
      accounts_.at(happened.header.tenant, event.account).set(accounts_.grace_until, event.grace_until);
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.hour, event.ended);
    // The charge of a segment that is over says nothing of what comes next.
    if (event.closing) return;
    arrive(happened, event, row);
    row.set(subscriptions_.price, event.price)
        .set(subscriptions_.period_to, event.period_to)
        .set(subscriptions_.charged_past, add_days(event.to, 1));
    if (!event.restarted) return;
    row.set(subscriptions_.anchor, event.period_from)
        .set(subscriptions_.anchor_moved, 0)
        .set(subscriptions_.counted, true);
    shift(happened, event.subscription, [](Shift& shift) { shift.anchor_moved = 0; });
  }
  void take(const Happened& happened, const subscription::FeeCharged& event) {
    if (event.fee == subscription::Fee::setup)
      row_of(happened, event.subscription).set(subscriptions_.fee_paid, true);
  }
  void take(const Happened& happened, const subscription::SubscriptionSuspended& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.state, event.reason == subscription::Why::ended ? "ended" : "off")
        .set(subscriptions_.why, event.reason);
    if (event.reason == subscription::Why::frozen) row.set(subscriptions_.freeze_from, Null());
  }
  // Each freeze moves on what is paid for, and what is to follow it, from where the one before has left it.
  void take(const Happened& happened, const subscription::SubscriptionResumed& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.state, "running").set(subscriptions_.why, Null());
    if (event.moved_days == 0) return;
    shift(happened, event.subscription, [&](Shift& shift) {
      shift.moved += event.moved_days;
      shift.anchor_moved += event.moved_days;
      row.set(subscriptions_.moved_days, shift.moved).set(subscriptions_.anchor_moved, shift.anchor_moved);
      if (!shift.next_tariff.empty())
        set_next(shift, row, std::string(shift.next_tariff), add_days(shift.next_from, event.moved_days));
    });
  }
  void take(const Happened& happened, const subscription::SubscriptionSwitched& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.override, Null());
    const bool later = event.from > event.effective;
    if (!later) row.set(subscriptions_.tariff, event.tariff);
    shift(happened, event.subscription, [&](Shift& shift) {
      set_next(shift, row, later ? event.tariff.text : std::string_view(), event.from);
    });
  }
  void take(const Happened& happened, const subscription::SubscriptionFrozen& event) {
    row_of(happened, event.subscription).set(subscriptions_.freeze_from, event.from);
  }
  void take(const Happened& happened, const subscription::SubscriptionUnfrozen& event) {
    row_of(happened, event.subscription).set(subscriptions_.freeze_from, Null());
  }
  void take(const Happened& happened, const subscription::SubscriptionCancelled& event) {
    auto row = row_of(happened, event.subscription);
    row.set(subscriptions_.ends, event.on);
    if (event.on <= event.effective) row.set(subscriptions_.state, "ended");
  }
  void take(const Happened& happened, const subscription::DiscountGranted& event) {
    auto row = discounts_.at(happened.header.tenant, event.subscription, happened.header.sequence);
    row.set(discounts_.place, event.order)
        .set(discounts_.percent, event.percent)
        .set(discounts_.amount, event.amount)
        .set(discounts_.from_day, event.from)
        .set(discounts_.until, event.until);
  }
  void take(const Happened& happened, const subscription::PriceOverridden& event) {
    row_of(happened, event.subscription)
        .set(subscriptions_.override, event.price)
        .set(subscriptions_.override_until, event.until);
  }

  ByName<Shift> shifts_;  // by tenant and subscription
  Plans plans_;
  Tenants tenants_;
  Services services_;
  Tariffs tariffs_;
  Closed closed_;
  Accounts accounts_;
  Subscriptions subscriptions_;
  Discounts discounts_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Forecast;
PROVODKA_PROJECTION(forecast, 2, Forecast)
