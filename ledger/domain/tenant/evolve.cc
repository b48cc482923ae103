#include "ledger/domain/tenant/evolve.h"

namespace provodka::tenant {

void evolve(World& world, const TenantCreated& event, const EventMeta& meta) {
  INVARIANT(!world.find_tenant(event.tenant.text), "a tenant is created once", event.tenant.text);
  const TenantId id = world.add_tenant({.name = {},
                                        .zone = world.strings.add(event.zone.text),
                                        .locale = world.strings.add(event.locale.text),
                                        .log_key = world.strings.add(event.log_key.text),
                                        .events = 0,
                                        .currency = event.currency.numeric(),
                                        .accounts = 0},
                                       event.tenant.text);
  INVARIANT(id == meta.tenant, "tenants are numbered in the order of the log", id, meta.tenant);
}

}  // namespace provodka::tenant
