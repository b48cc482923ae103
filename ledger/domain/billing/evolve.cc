#include "ledger/domain/billing/evolve.h"

namespace provodka::billing {

void evolve(World& world, const RunCompleted& event, const EventMeta& meta) {
  tenant::TenantRow& tenant = world.tenants.change(meta.tenant.value());
  tenant.run_through_us = std::max(tenant.run_through_us, event.through.micros);
  tenant.outage_days = 0;
  world.runs.append({.position = meta.position.value(), .tenant = meta.tenant.value(), .reserved = 0});
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
