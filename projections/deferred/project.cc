#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

class Deferred : public Projection {
 public:
  Deferred() { owns(income_); }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const codec::EventHeader& header, const E& event) {
    if constexpr (std::is_same_v<E, period::IncomeRecognised>) {
      row(header, event.service, event.month, event.amount).add(income_.recognised, event.amount);
    } else if constexpr (requires { event.deferred; }) {
      if (!event.deferred) return;
      // Below zero it was taken back before it could be earned.
      for (const Later& later : *event.deferred) {
        auto income = row(header, event.service, later.month, later.amount);
        if (later.amount.is_negative()) {
          income.subtract(income_.credited, later.amount);
        } else {
          income.add(income_.charged, later.amount);
        }
      }
    }
  }

  Upserts::Row row(const codec::EventHeader& header, Id service, Month month, Money amount) {
    const Money zero = Money::zero(amount.currency);
    return income_.at(header.tenant, service, month)
        .set(income_.currency, amount.currency.code())
        .add(income_.charged, zero)
        .add(income_.credited, zero)
        .add(income_.recognised, zero);
  }

  struct Income : Upserts {
    Income() : Upserts("income", {"tenant", "service", "month"}) {}
    Column currency = set("currency");
    Column charged = add("charged"), credited = add("credited"), recognised = add("recognised");
  };
  Income income_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Deferred;
PROVODKA_PROJECTION(deferred, 1, Deferred)
