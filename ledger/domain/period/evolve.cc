#include "ledger/domain/period/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::period {

void evolve(World& world, const PeriodClosed& event, const EventMeta& meta) {
  world.tenants.change(meta.tenant.value()).open_from = event.open_from.days;
}

void evolve(World& world, const PeriodReopened& event, const EventMeta& meta) {
  world.tenants.change(meta.tenant.value()).open_from = event.open_from.days;
}

void evolve(World& world, const IncomeRecognised& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  const auto service = world.find_service(meta.tenant, event.service.text);
  INVARIANT(service, "income is of a service that exists", event.service.text);
  world.defer(*service, event.month, -event.amount.minor);
}

}  // namespace provodka::period
