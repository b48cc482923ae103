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
  return accept(std::move(event));
}

}  // namespace provodka::tenant
