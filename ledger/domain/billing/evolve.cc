#include "ledger/domain/billing/evolve.h"

namespace provodka::billing {

void evolve(World& world, const RunCompleted& event, const EventMeta& meta) {
  for (const Earned& earned : event.services) {
    const auto service = world.find_service(meta.tenant, earned.service.text);
    INVARIANT(service, "a run is of services that exist", earned.service.text);
    tariff::ServiceRow& row = world.services.change(*service);
    INVARIANT(row.run_charges == earned.charges && row.run_minor == earned.amount.minor,
              "a run reports what was charged since the one before", earned.service.text);
    row.run_charges = 0;
    row.run_minor = 0;
  }
}

}  // namespace provodka::billing
