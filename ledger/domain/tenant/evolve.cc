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
                                        .accounts = 0,
                                        .threshold_minor = 0,
                                        .promise_max_minor = 0,
                                        .promise_max_days = 0,
                                        .promise_interval_days = 0,
                                        .grace_hours = 0,
                                        .resume = Resume::prorate,
                                        .unused_on_block = Unused::credit,
                                        .reserved = 0},
                                       event.tenant.text);
  INVARIANT(id == meta.tenant, "tenants are numbered in the order of the log", id, meta.tenant);
}

void evolve(World& world, const TenantConfigured& event, const EventMeta& meta) {
  TenantRow& row = world.tenants.change(meta.tenant.value());
  row.threshold_minor = event.threshold.minor;
  row.promise_max_minor = event.promise_max.minor;
  row.promise_max_days = event.promise_max_days;
  row.promise_interval_days = event.promise_interval_days;
  row.grace_hours = event.grace_hours;
  row.resume = event.resume;
  row.unused_on_block = event.unused_on_block;
}

}  // namespace provodka::tenant
