#include "projections/runner/projection.h"
#include "projections/runner/sales.h"

namespace provodka::projections {
namespace {

class VatBook : public Projection {
 public:
  VatBook() { owns(sales_); }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const codec::EventHeader& header, const E& event) {
    const auto sale = sale_of(event);
    if (!sale) return;
    const Money zero = Money::zero(sale->net.currency);
    const bool back = sale->given_back;
    sales_.at(header.tenant, Month::of(event.effective), service_of<Id>(event), sale->vat_rate)
        .set(sales_.currency, zero.currency.code())
        .count(sales_.charges, !back)
        .add(sales_.charged_net, back ? zero : sale->net)
        .add(sales_.charged_vat, back ? zero : sale->vat)
        .count(sales_.credits, back)
        .add(sales_.credited_net, back ? sale->net : zero)
        .add(sales_.credited_vat, back ? sale->vat : zero);
  }

  struct Sales : Upserts {
    Sales() : Upserts("sale", {"tenant", "month", "service", "rate"}) {}
    Column currency = set("currency");
    Column charges = add("charges"), charged_net = add("charged_net"), charged_vat = add("charged_vat");
    Column credits = add("credits"), credited_net = add("credited_net"), credited_vat = add("credited_vat");
  };
  Sales sales_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::VatBook;
PROVODKA_PROJECTION(vat_book, 1, VatBook)
