#include "projections/revenue/tenures.h"
#include "projections/runner/projection.h"
#include "projections/runner/sales.h"

namespace provodka::projections {
namespace {

class Revenue : public Projection {
 public:
  Revenue() {
    owns(movements_);
    owns(tenures_.table());
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    tenures_.recall(transaction, schema);
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const Happened& happened, const E& event) {
    if constexpr (requires {
                    event.service;
                    event.postings;
                  }) {
      const Currency currency = event.amount.currency;
      const Money zero = Money::zero(currency);
      const Money recognised = posted_on(event.postings, book::Kind::revenue, currency);
      const Money deferred = posted_on(event.postings, book::Kind::deferred, currency);
      const auto sale = sale_of(event);
      if (!sale && recognised.is_zero() && deferred.is_zero()) return;
      const bool charged = sale && !sale->given_back, back = sale && sale->given_back;
      movements_.at(happened.header.tenant, event.effective, event.service, tariff(happened, event))
          .set(movements_.currency, currency.code())
          .count(movements_.charges, charged)
          .add(movements_.charged_net, charged ? sale->net : zero)
          .add(movements_.charged_vat, charged ? sale->vat : zero)
          .count(movements_.credits, back)
          .add(movements_.credited_net, back ? sale->net : zero)
          .add(movements_.credited_vat, back ? sale->vat : zero)
          .add(movements_.recognised, recognised)
          .add(movements_.deferred, deferred);
    }
  }

  // Empty for what is not the price of a tariff.
  template <class E>
  std::string_view tariff(const Happened& happened, const E& event) {
    const std::string_view tenant = happened.header.tenant;
    if constexpr (std::is_same_v<E, subscription::SubscriptionCharged>) {
      tenures_.charged(happened.position, tenant, event.subscription, event.segment, event.tariff);
      return event.tariff.text;
    } else if constexpr (std::is_same_v<E, subscription::SubscriptionCredited>) {
      return tenures_.tariff_of(tenant, event.subscription, event.segment);
    } else if constexpr (std::is_same_v<E, charge::ChargeReversed>) {
      if (!event.subscription || !event.segment) return {};
      return tenures_.tariff_of(tenant, *event.subscription, *event.segment);
    } else {
      return {};
    }
  }

  struct Movements : Upserts {
    Movements() : Upserts("movement", {"tenant", "day", "service", "tariff"}) {}
    Column currency = set("currency");
    Column charges = add("charges"), charged_net = add("charged_net"), charged_vat = add("charged_vat");
    Column credits = add("credits"), credited_net = add("credited_net"), credited_vat = add("credited_vat");
    Column recognised = add("recognised"), deferred = add("deferred");
  };
  Movements movements_;
  Tenures tenures_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Revenue;
PROVODKA_PROJECTION(revenue, 1, Revenue)
