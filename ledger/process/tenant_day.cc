#include "ledger/process/tenant_day.h"

#include "ledger/domain/billing/report.h"
#include "ledger/domain/entry.h"

#include <algorithm>

namespace provodka::process {
namespace {

std::optional<Event> recognise(const World& world, const Context& context, uint32_t service) {
  const Month month = Month::of(context.today);
  for (uint32_t d = world.services[service].first_deferred; d != kNone; d = world.deferred[d].next) {
    const tariff::DeferredRow& row = world.deferred[d];
    if (row.minor == 0 || row.month > month.first.days) continue;
    const Money amount{row.minor, world.currency(context.tenant)};
    const std::string_view revenue = world.strings[world.services[service].revenue];
    period::IncomeRecognised event{
        .service = {world.strings[world.services[service].name]},
        .month = {{row.month}},
        .amount = amount,
        .effective = std::max(Date{row.month}, Date{world.tenant(context.tenant).open_from}),
        .postings = {}};
    Entry entry(world, context);
    entry.post({book::Kind::deferred, revenue}, {-amount.minor, amount.currency});
    entry.post({book::Kind::revenue, revenue}, amount);
    if (!entry.into(event)) continue;
    return event;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Event> next_tenant_step(const World& world, const Context& context) {
  for (uint32_t s = 0; s < world.services.size(); ++s) {
    if (world.services[s].tenant != context.tenant.value()) continue;
    if (auto event = recognise(world, context, s)) return event;
  }
  const Instant midnight = world.day_start(context.tenant, context.today);
  if (world.tenant(context.tenant).run_through_us >= midnight.micros) return std::nullopt;
  auto report = billing::report_of_run(world, context, midnight);
  if (report.expected == 0 && report.services.empty()) return std::nullopt;
  return report;
}

Instant next_tenant_due(const World& world, const Context& context) {
  return world.day_start(context.tenant, add_days(context.today, 1));
}

}  // namespace provodka::process
