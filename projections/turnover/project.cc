#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

class Turnover : public Projection {
 public:
  Turnover() {
    owns(tenants_);
    owns(movements_);
    owns(entries_);
    owns(closings_);
    owns(open_from_);
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const codec::EventHeader& header, const E& event) {
    for_each_movement(event, [&](const book::Posting& posting) {
      entries_.add(header.time, header.tenant, posting.account.name, event.effective, posting.amount);
      move(header, sort_of<E>(), Month::of(event.effective), posting);
    });
  }

  void take(const codec::EventHeader& header, const tenant::TenantCreated& event) {
    tenants_.at(header.tenant).set(tenants_.zone, event.zone).set(tenants_.currency, event.currency.code());
  }

  void take(const codec::EventHeader& header, const period::PeriodClosed& event) {
    closings_.at(header.tenant, event.month)
        .set(closings_.closed_at, header.time)
        .set(closings_.closed_by, header.actor)
        .set(closings_.checkpoint_size, event.size)
        .set(closings_.checkpoint_root, event.root);
    open_from(header, event.open_from);
  }

  void take(const codec::EventHeader& header, const period::PeriodReopened& event) {
    closings_.at(header.tenant, event.month)
        .set(closings_.reopened_at, header.time)
        .set(closings_.reopened_by, header.actor)
        .set(closings_.reason, event.reason);
    open_from(header, event.open_from);
  }

  void open_from(const codec::EventHeader& header, Date day) {
    open_from_.add({std::string(header.tenant), day.to_string()});
  }

  void move(const codec::EventHeader& header, Sort sort, Month month, const book::Posting& posting) {
    const Money amount = posting.amount, zero = Money::zero(amount.currency);
    auto row = movements_.at(header.tenant, posting.account.name, month);
    row.set(movements_.currency, amount.currency.code());
    for (const Upserts::Column column :
         {movements_.charged, movements_.credited, movements_.paid, movements_.adjusted,
          movements_.transferred, movements_.written_off, movements_.paid_out})
      row.add(column, zero);
    switch (sort) {
      case Sort::charge:
        row.subtract(movements_.charged, amount);
        break;
      case Sort::credit:
        row.add(movements_.credited, amount);
        break;
      case Sort::payment:
        row.add(movements_.paid, amount);
        break;
      case Sort::adjustment:
        row.add(movements_.adjusted, amount);
        break;
      case Sort::transfer:
        row.add(movements_.transferred, amount);
        break;
      case Sort::writeoff:
        row.add(movements_.written_off, amount);
        break;
      case Sort::payout:
        row.subtract(movements_.paid_out, amount);
        break;
    }
  }

  struct Tenants : Upserts {
    Tenants() : Upserts("tenant", {"tenant"}) {}
    Column zone = set("zone"), currency = set("currency");
  };
  struct Movements : Upserts {
    Movements() : Upserts("movement", {"tenant", "account", "month"}) {}
    Column currency = set("currency");
    Column charged = add("charged"), credited = add("credited"), paid = add("paid");
    Column adjusted = add("adjusted"), transferred = add("transferred");
    Column written_off = add("written_off"), paid_out = add("paid_out");
  };
  struct Closings : Upserts {
    Closings() : Upserts("closing", {"tenant", "month"}) {}
    Column closed_at = set("closed_at"), closed_by = set("closed_by");
    Column checkpoint_size = set("checkpoint_size"), checkpoint_root = set("checkpoint_root");
    Column reopened_at = set("reopened_at"), reopened_by = set("reopened_by"), reason = set("reason");
  };
  Tenants tenants_;
  Movements movements_;
  Appends entries_{"entry", {"time", "tenant", "account", "day", "amount"}, Appends::Partitions::monthly};
  Closings closings_;
  Calls open_from_{"open_from"};
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Turnover;
PROVODKA_PROJECTION(turnover, 1, Turnover)
