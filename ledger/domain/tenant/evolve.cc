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
                                        .blocking_from = 0,
                                        .blocking_to = 0,
                                        .freeze_min_days = 0,
                                        .freeze_max_days = 0,
                                        .freeze_year_days = 0,
                                        .freeze_fee_minor = 0,
                                        .open_from = Date::earliest().days,
                                        .reserved = 0,
                                        .run_through_us = 0,
                                        .subscriptions = {},
                                        .outage_days = 0,
                                        .trials = 0},
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
  row.blocking_from = event.blocking_hours ? event.blocking_hours->from.minutes : 0;
  row.blocking_to = event.blocking_hours ? event.blocking_hours->to.minutes : 0;
  const FreezeLimits freeze = event.freeze.value_or(FreezeLimits{});
  row.freeze_min_days = freeze.min_days;
  row.freeze_max_days = freeze.max_days;
  row.freeze_year_days = freeze.days_per_year;
  row.freeze_fee_minor = freeze.fee.minor;
}

}  // namespace provodka::tenant
