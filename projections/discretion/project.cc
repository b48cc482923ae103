#include "projections/runner/movements.h"
#include "projections/runner/projection.h"
#include "projections/runner/tenant_days.h"

namespace provodka::projections {
namespace {

enum class Decided {
  adjustment,
  price_override,
  discount,
  promise,
  forced_charge,
  writeoff,
  credit_limit,
  payment_move,
  payment_reversal,
  charge_reversal,
  recalculation
};
BOOST_DESCRIBE_ENUM(Decided, adjustment, price_override, discount, promise, forced_charge, writeoff,
                    credit_limit, payment_move, payment_reversal, charge_reversal, recalculation)

// What was decided, and about how much: positive is in the subscriber's favour.
struct Decision {
  Decided sort;
  std::optional<Money> amount = {};
  std::optional<Decimal> percent = {};
  std::optional<Money> price = {};
  std::optional<Date> until = {};
  std::optional<Id> other = {};
  std::optional<Sequence> reverses = {};
};

Money minus(Money money) { return {-money.minor, money.currency}; }

template <class E>
std::optional<Decision> decision_in(const E&) {
  return std::nullopt;
}
// An account that is opened with a credit limit was given it.
std::optional<Decision> decision_in(const account::AccountOpened& event) {
  if (event.credit_limit.is_zero()) return std::nullopt;
  return Decision{.sort = Decided::credit_limit, .amount = event.credit_limit};
}
std::optional<Decision> decision_in(const account::CreditLimitSet& event) {
  return Decision{.sort = Decided::credit_limit, .amount = checked_sub(event.credit_limit, event.previous)};
}
std::optional<Decision> decision_in(const adjustment::AdjustmentMade& event) {
  return Decision{.sort = Decided::adjustment, .amount = event.amount};
}
std::optional<Decision> decision_in(const writeoff::WriteoffMade& event) {
  return Decision{.sort = Decided::writeoff, .amount = event.amount};
}
std::optional<Decision> decision_in(const promise::PromiseGiven& event) {
  return Decision{.sort = Decided::promise, .amount = event.amount, .until = event.until};
}
std::optional<Decision> decision_in(const charge::ChargePosted& event) {
  if (!event.forced.value_or(false)) return std::nullopt;
  return Decision{.sort = Decided::forced_charge, .amount = minus(event.amount)};
}
std::optional<Decision> decision_in(const charge::ChargeReversed& event) {
  return Decision{.sort = Decided::charge_reversal, .amount = event.amount, .reverses = event.reverses};
}
std::optional<Decision> decision_in(const payment::PaymentReversed& event) {
  return Decision{
      .sort = Decided::payment_reversal, .amount = minus(event.amount), .reverses = event.reverses};
}
std::optional<Decision> decision_in(const payment::PaymentMoved& event) {
  return Decision{.sort = Decided::payment_move,
                  .amount = minus(event.amount),
                  .other = event.to,
                  .reverses = event.moves};
}
std::optional<Decision> decision_in(const subscription::PriceOverridden& event) {
  return Decision{.sort = Decided::price_override, .price = event.price, .until = event.until};
}
std::optional<Decision> decision_in(const subscription::DiscountGranted& event) {
  return Decision{.sort = Decided::discount,
                  .amount = event.percent ? std::nullopt : std::optional(event.amount),
                  .percent = event.percent,
                  .until = event.until};
}
std::optional<Decision> decision_in(const subscription::SubscriptionRecalculated& event) {
  return Decision{.sort = Decided::recalculation, .amount = event.unused};
}

struct TenantTable : Upserts {
  TenantTable() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency");
};

struct ActorTable : Upserts {
  ActorTable() : Upserts("actor_month", {"tenant", "month", "actor", "sort"}) {}
  Column decisions = add("decisions"), in_favour = add("in_favour"), against = add("against");
};

class Discretion : public Projection {
 public:
  Discretion() {
    owns(tenants_);
    owns(decisions_);
    owns(actors_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    return days_.recall(transaction, schema);
  }

  Result<void> fold(const Happened& happened) override {
    if (const auto* created = std::get_if<tenant::TenantCreated>(&happened.event)) {
      tenants_.at(created->tenant)
          .set(tenants_.zone, created->zone)
          .set(tenants_.currency, created->currency.code());
      return days_.add(created->tenant.text, created->zone.text);
    }
    return std::visit([&](const auto& event) { return take(happened.header, event); }, happened.event);
  }

 private:
  template <class E>
  Result<void> take(const codec::EventHeader& header, const E& event) {
    const std::optional<Decision> decision = decision_in(event);
    if (!decision) return {};
    const auto day = days_.day(header.tenant, header.time);
    if (!day) return std::unexpected(day.error());
    decisions_.add(header.time, header.tenant, header.sequence, header.actor, decision->sort,
                   account_of<Id>(event), subscription_of<Id>(event), decision->amount, decision->percent,
                   decision->price, decision->until, decision->other, decision->reverses,
                   reason_of<Reason>(event), event.effective, header.cause, header.type);
    auto row = actors_.at(header.tenant, Month::of(*day), header.actor, decision->sort);
    row.count(actors_.decisions);
    if (!decision->amount) return {};
    if (decision->amount->is_negative()) {
      row.subtract(actors_.against, *decision->amount);
    } else {
      row.add(actors_.in_favour, *decision->amount);
    }
    return {};
  }

  TenantDays days_;
  TenantTable tenants_;
  Appends decisions_{
      "decision",
      {"time", "tenant", "sequence", "actor", "sort", "account", "subscription", "amount", "percent", "price",
       "until", "other", "reverses", "reason", "effective", "cause", "type"},
      Appends::Partitions::monthly};
  ActorTable actors_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Discretion;
PROVODKA_PROJECTION(discretion, 1, Discretion)
