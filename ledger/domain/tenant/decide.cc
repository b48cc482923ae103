#include "ledger/domain/tenant/decide.h"

#include "ledger/core/zone.h"
#include "ledger/domain/entry.h"
#include "ledger/domain/tenant/rejection.h"

#include <fmt/format.h>

namespace provodka::tenant {

Decided<Decision> decide(const World&, const CreateTenant& command, const Context& context) {
  if (context.tenant) return reject(tenant_exists, "/tenant");
  if (!Zone::find(command.zone.text)) {
    return reject(unknown_zone, "/data/zone",
                  fmt::format("\"{}\" is not a zone such as \"Europe/Moscow\"", command.zone.text));
  }
  return accept(TenantCreated{.tenant = {context.new_tenant},
                              .currency = command.currency,
                              .zone = command.zone,
                              .locale = command.locale,
                              .name = command.name,
                              .log_key = {context.log_key},
                              .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ConfigureTenant& command, const Context& context) {
  const TenantRow& row = world.tenant(context.tenant);
  const Currency currency = world.currency(context.tenant);
  TenantConfigured event{.threshold = {row.threshold_minor, currency},
                         .grace_hours = command.grace_hours.value_or(row.grace_hours),
                         .resume = command.resume.value_or(row.resume),
                         .unused_on_block = command.unused_on_block.value_or(row.unused_on_block),
                         .promise_max = {row.promise_max_minor, currency},
                         .promise_max_days = row.promise_max_days,
                         .promise_interval_days = row.promise_interval_days,
                         .blocking_hours = {},
                         .freeze = {},
                         .effective = context.effective};
  if (command.threshold) {
    const auto threshold = money_of(world, context, *command.threshold, std::nullopt, "/data/threshold");
    if (!threshold) return std::unexpected(threshold.error());
    event.threshold = *threshold;
  }
  if (command.promise) {
    const auto most = positive_money_of(world, context, command.promise->max_amount, std::nullopt,
                                        "/data/promise/max_amount");
    if (!most) return std::unexpected(most.error());
    event.promise_max = *most;
    event.promise_max_days = command.promise->max_days;
    event.promise_interval_days = command.promise->interval_days;
  }
  if (command.blocking_hours || row.blocking_from != row.blocking_to) {
    event.blocking_hours =
        command.blocking_hours.value_or(BlockingHours{{row.blocking_from}, {row.blocking_to}});
  }
  const bool limited = row.freeze_min_days + row.freeze_max_days + row.freeze_year_days > 0;
  if (command.freeze || limited || row.freeze_fee_minor > 0) {
    event.freeze = FreezeLimits{
        row.freeze_min_days, row.freeze_max_days, row.freeze_year_days, {row.freeze_fee_minor, currency}};
  }
  if (command.freeze) {
    const FreezeTerms& terms = *command.freeze;
    event.freeze->min_days = terms.min_days.value_or(0);
    event.freeze->max_days = terms.max_days.value_or(0);
    event.freeze->days_per_year = terms.days_per_year.value_or(0);
    event.freeze->fee.minor = 0;
    if (terms.fee) {
      const auto fee = money_of(world, context, *terms.fee, std::nullopt, "/data/freeze/fee");
      if (!fee) return std::unexpected(fee.error());
      if (fee->is_negative()) return reject(common::amount_not_positive, "/data/freeze/fee");
      event.freeze->fee = *fee;
    }
  }
  return accept(std::move(event));
}

}  // namespace provodka::tenant
