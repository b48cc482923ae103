#include "ledger/domain/plan/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/income.h"
#include "ledger/domain/plan/rejection.h"
#include "ledger/domain/plan/schedule.h"

#include <fmt/format.h>

namespace provodka::plan {
namespace {

constexpr uint32_t kPartsMax = 120;

}  // namespace

Decided<Decision> decide(const World& world, const AddExtra& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto service = world.find_service(context.tenant, command.service.text);
  if (!service) return reject(unknown_extra_service, "/data/service");
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  if (next_plan(world, *id, *service, Kind::extra) != kNone) return reject(extra_exists, "/data/service");
  if (command.count && (!command.period || *command.count == 0))
    return reject(count_without_period, "/data/count");
  if (command.period == tariff::Length::hour) return reject(count_without_period, "/data/period");
  const Money available{available_minor(world, world.account(*id)), amount->currency};
  const bool refused = available.minor - amount->minor < world.tenant(context.tenant).threshold_minor;
  if (!command.period && refused) {
    return reject(common::insufficient_funds, "/data/amount",
                  fmt::format("{} {} is available", available.to_string(), available.currency.code()));
  }
  return accept(ExtraAdded{.account = command.account,
                           .service = command.service,
                           .amount = *amount,
                           .period = command.period,
                           .count = command.count,
                           .from = context.today,
                           .effective = context.effective,
                           .standing = {standing_of(world, *id)}});
}

Decided<Decision> decide(const World& world, const RemoveExtra& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto service = world.find_service(context.tenant, command.service.text);
  if (!service) return reject(unknown_extra_service, "/data/service");
  if (next_plan(world, *id, *service, Kind::extra) == kNone) return reject(unknown_extra, "/data/service");
  return accept(ExtraRemoved{.account = command.account,
                             .service = command.service,
                             .effective = context.effective,
                             .standing = {standing_of(world, *id)}});
}

Decided<Decision> decide(const World& world, const AgreeInstalment& command, const Context& context) {
  const auto id = open_account(world, context, command.account, "/data/account");
  if (!id) return std::unexpected(id.error());
  const auto service = world.find_service(context.tenant, command.service.text);
  if (!service) return reject(unknown_extra_service, "/data/service");
  const auto amount = positive_money_of(world, context, command.amount, command.currency);
  if (!amount) return std::unexpected(amount.error());
  if (command.parts == 0 || command.parts > kPartsMax || amount->minor < command.parts)
    return reject(bad_parts, "/data/parts");
  if (command.first < context.today) return reject(first_in_past, "/data/first");
  const Vat vat = vat_on(world, *service, context.effective);
  const int64_t tax = vat_in(vat, amount->minor);
  InstalmentAgreed event{.account = command.account,
                         .service = command.service,
                         .amount = *amount,
                         .vat = {tax, amount->currency},
                         .vat_rate = vat.on_record(),
                         .parts = command.parts,
                         .first = command.first,
                         .effective = context.effective,
                         .postings = {},
                         .standing = {}};
  const std::string_view revenue = world.strings[world.services[*service].revenue];
  Entry entry(world, context);
  entry.post({book::Kind::receivable, command.service.text}, {-amount->minor, amount->currency});
  entry.post({book::Kind::revenue, revenue}, {amount->minor - tax, amount->currency});
  if (tax != 0) entry.post({book::Kind::tax, "vat"}, {tax, amount->currency});
  if (const auto drawn = entry.into(event); !drawn) return std::unexpected(drawn.error());
  event.standing = {standing_of(world, *id)};
  return accept(std::move(event));
}

}  // namespace provodka::plan
