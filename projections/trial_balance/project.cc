#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

class TrialBalance : public Projection {
 public:
  TrialBalance() { owns(movements_); }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const codec::EventHeader& header, const E& event) {
    if constexpr (requires { event.postings; }) {
      for (const book::Posting& posting : event.postings) {
        const bool subscriber = posting.account.kind == book::Kind::customer;
        const Money amount = posting.amount, zero = Money::zero(amount.currency);
        movements_
            .at(header.tenant, event.effective, posting.account.kind,
                subscriber ? std::string_view() : posting.account.name, amount.currency.code())
            .subtract(movements_.debit, amount.is_negative() ? amount : zero)
            .add(movements_.credit, amount.is_negative() ? zero : amount);
      }
    }
  }

  struct Movements : Upserts {
    Movements() : Upserts("movement", {"tenant", "day", "kind", "name", "currency"}) {}
    Column debit = add("debit"), credit = add("credit");
  };
  Movements movements_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::TrialBalance;
PROVODKA_PROJECTION(trial_balance, 1, TrialBalance)
