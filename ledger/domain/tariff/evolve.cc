#include "ledger/domain/tariff/evolve.h"

#include "ledger/core/invariant.h"

#include <string>

namespace provodka::tariff {

void evolve(World& world, const ServiceDefined& event, const EventMeta& meta) {
  INVARIANT(!world.find_service(meta.tenant, event.service.text), "a service is defined once",
            event.service.text);
  uint32_t first_vat = kNone;
  for (size_t i = event.vat.size(); i-- > 0;) {  // the newest rate ends the list
    first_vat = world.vat_rates.append({.rate = event.vat[i].rate.billionths(),
                                        .from = event.vat[i].from.days,
                                        .included = event.vat[i].included,
                                        .next = first_vat,
                                        .reserved = 0});
  }
  const auto required = event.requires_ ? world.find_service(meta.tenant, event.requires_->text)
                                        : std::optional<uint32_t>(kNone);
  INVARIANT(required, "a service requires one that exists", event.service.text);
  world.add_service({.name = {},
                     .revenue = world.strings.add(event.revenue.text),
                     .tenant = meta.tenant.value(),
                     .rank = event.rank,
                     .required = *required,
                     .first_vat = first_vat,
                     .run_charges = 0,
                     .first_deferred = kNone,
                     .run_minor = 0},
                    event.service.text);
}

void evolve(World& world, const TariffPublished& event, const EventMeta& meta) {
  const auto service = world.find_service(meta.tenant, event.service.text);
  INVARIANT(service, "a tariff is of a service that exists", event.tariff.text);
  std::string switch_to;
  for (const Id group : event.switch_to) switch_to.append(switch_to.empty() ? "" : " ").append(group.text);
  const uint32_t row =
      world.add_tariff({.name = {},
                        .group = world.strings.add(event.group ? event.group->text : std::string_view()),
                        .switch_to = world.strings.add(switch_to),
                        .price_minor = event.price.minor,
                        .setup_fee_minor = event.setup_fee ? event.setup_fee->minor : 0,
                        .tenant = meta.tenant.value(),
                        .version = event.version,
                        .service = *service,
                        .effective = event.from.days,
                        .mode = event.mode,
                        .length = event.period,
                        .anchor = event.anchor,
                        .shortage = event.shortage,
                        .trial_days = event.trial_days,
                        .closed = 0,
                        .next = kNone,
                        .speed_down = event.speed ? event.speed->down : 0,
                        .speed_up = event.speed ? event.speed->up : 0,
                        .due_days = event.due_days.value_or(0)},
                       event.tariff.text);
  INVARIANT(row != kNone, "the versions of a tariff follow each other", event.tariff.text, event.version);
}

void evolve(World& world, const TariffClosed& event, const EventMeta& meta) {
  const auto first = world.find_tariff(meta.tenant, event.tariff.text);
  INVARIANT(first, "a tariff that is closed was published", event.tariff.text);
  for (uint32_t row = *first; row != kNone; row = world.tariffs[row].next)
    world.tariffs.change(row).closed = 1;
}

}  // namespace provodka::tariff
