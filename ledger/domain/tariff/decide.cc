#include "ledger/domain/tariff/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/tariff/rejection.h"

#include <fmt/format.h>

namespace provodka::tariff {

Decided<Decision> decide(const World& world, const DefineService& command, const Context& context) {
  if (world.find_service(context.tenant, command.service.text))
    return reject(service_exists, "/data/service");
  if (command.requires_ && !world.find_service(context.tenant, command.requires_->text)) {
    return reject(unknown_service, "/data/requires",
                  fmt::format("there is no service {}", command.requires_->text));
  }
  ServiceDefined event{.service = command.service,
                       .names = command.names,
                       .rank = command.rank,
                       .requires_ = command.requires_,
                       .revenue = command.revenue,
                       .vat = command.vat.value_or(VatRates()),
                       .effective = context.effective};
  const Decimal hundred = Decimal::from_billionths(100 * Decimal::one);
  for (size_t i = 0; i < event.vat.size(); ++i) {
    const bool in_order = i == 0 || event.vat[i - 1].from < event.vat[i].from;
    if (!in_order || event.vat[i].rate < Decimal() || event.vat[i].rate > hundred)
      return reject(vat_not_dated, "/data/vat");
  }
  return accept(std::move(event));
}

Decided<Decision> decide(const World& world, const PublishTariff& command, const Context& context) {
  const auto service = world.find_service(context.tenant, command.service.text);
  if (!service) {
    return reject(unknown_service, "/data/service",
                  fmt::format("there is no service {}", command.service.text));
  }
  const auto price = money_of(world, context, command.price, command.currency, "/data/price");
  if (!price) return std::unexpected(price.error());
  if (price->is_negative()) return reject(common::amount_not_positive, "/data/price");
  const auto first = world.find_tariff(context.tenant, command.tariff.text);
  std::optional<Money> setup_fee;
  if (command.setup_fee) {
    const auto fee = money_of(world, context, *command.setup_fee, std::nullopt, "/data/setup_fee");
    if (!fee) return std::unexpected(fee.error());
    if (fee->is_negative()) return reject(common::amount_not_positive, "/data/setup_fee");
    setup_fee = *fee;
  }
  const Length length = command.period.value_or(command.mode == Mode::hourly ? Length::hour : Length::month);
  const bool by_hour = length == Length::hour;
  if (by_hour != (command.mode == Mode::hourly) && !(by_hour && command.mode == Mode::advance))
    return reject(terms_of_another_mode, "/data/period");
  if (command.due_days && command.mode != Mode::arrears)
    return reject(terms_of_another_mode, "/data/due_days");
  if (command.shortage == Shortage::shorten && (by_hour || command.mode == Mode::arrears))
    return reject(terms_of_another_mode, "/data/shortage",
                  "only what is charged for days ahead can be shortened");
  uint32_t expected = 1;
  if (first) {
    const TariffRow& before = world.tariffs[world.newest_version(*first)];
    if (before.closed) return reject(tariff_closed, "/data/tariff");
    expected = before.version + 1;
    if (command.version == expected &&
        (command.effective.days <= before.effective || command.effective < context.today)) {
      return reject(version_backdated, "/data/effective",
                    fmt::format("version {} is of {}", before.version, Date{before.effective}));
    }
    if (before.service != *service || before.mode != command.mode || before.length != length ||
        before.anchor != command.anchor) {
      return reject(service_changed, "/data/tariff");
    }
  }
  if (command.version != expected)
    return reject(version_out_of_order, "/data/version", fmt::format("the next version is {}", expected));
  return accept(TariffPublished{.tariff = command.tariff,
                                .version = command.version,
                                .service = command.service,
                                .from = command.effective,
                                .mode = command.mode,
                                .period = length,
                                .anchor = command.anchor,
                                .price = *price,
                                .shortage = command.shortage,
                                .setup_fee = setup_fee,
                                .trial_days = command.trial_days.value_or(0),
                                .due_days = command.due_days,
                                .speed = command.speed,
                                .quota = command.quota,
                                .switch_to = command.switch_to.value_or(Groups()),
                                .group = command.group,
                                .effective = context.effective});
}

Decided<Decision> decide(const World& world, const CloseTariff& command, const Context& context) {
  const auto first = world.find_tariff(context.tenant, command.tariff.text);
  if (!first)
    return reject(unknown_tariff, "/data/tariff", fmt::format("there is no tariff {}", command.tariff.text));
  if (world.tariffs[*first].closed) return reject(tariff_closed, "/data/tariff");
  return accept(TariffClosed{.tariff = command.tariff, .effective = context.effective});
}

}  // namespace provodka::tariff
