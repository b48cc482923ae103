#include "ledger/process/plans.h"

#include "ledger/core/allocate.h"
#include "ledger/domain/plan/schedule.h"

#include <algorithm>

namespace provodka::process {

using namespace plan;

namespace {

// The subscriptions that there were have all ended: what is owed is due, and nothing new is charged.
bool has_left(const Subject& of) { return !of.subscriptions.empty() && of.base() == kNone; }

bool carries_extras(const Subject& of) {
  return of.subscriptions.empty() || (of.base() != kNone && !is_off_for_money(of.at(of.base())));
}

// `part` is the last that is charged: one, or all that are left.
std::optional<Event> charge_instalment(const Subject& of, const PlanRow& row, uint32_t part) {
  const int64_t amount = slice_of(of.money(row.amount_minor), row.done + 1, part, row.parts).minor;
  InstalmentDue event{.account = of.account_name(),
                      .service = of.service_name(row.service),
                      .part = part,
                      .parts = row.parts,
                      .amount = of.money(amount),
                      .effective = of.booked_on(std::min(Date{row.due}, of.context.today)),
                      .postings = {},
                      .available = {},
                      .access = {}};
  Entry entry(of.world, of.context);
  entry.post(of.id, of.money(-amount));
  entry.post({book::Kind::receivable, event.service.text}, of.money(amount));
  if (!entry.into(event)) return std::nullopt;
  return event;
}

std::optional<Event> charge_extra(const Subject& of, const PlanRow& row) {
  const bool once = row.parts == 1;
  const bool late = row.due < of.context.today.days;
  const Date first = late ? of.context.today : Date{row.due};
  const Date next = once   ? add_days(first, 1)
                    : late ? day_of_part(row.length, first, 1)
                           : day_of_part(row.length, Date{row.anchor}, row.since + 1);
  const Vat vat = vat_on(of.world, row.service, first);
  const int64_t tax = vat_in(vat, row.amount_minor);
  const Period days{first, next};
  const Parts parts = parts_of(of, row.amount_minor, days, days, first, row.amount_minor, tax, vat);
  return post(of,
              ExtraCharged{.account = of.account_name(),
                           .service = of.service_name(row.service),
                           .part = row.done + 1,
                           .from = first,
                           .to = add_days(next, -1),
                           .amount = of.money(row.amount_minor),
                           .vat = of.money(tax),
                           .vat_rate = vat.on_record(),
                           .deferred = parts.deferred,
                           .effective = of.booked_on(first),
                           .postings = {},
                           .available = {},
                           .access = {}},
              row.service, row.amount_minor, parts);
}

}  // namespace

std::optional<Event> next_plan_step(const Subject& of) {
  for (uint32_t p = of.arrangement.first_plan; p != kNone; p = of.world.plans[p].next) {
    const PlanRow& row = of.world.plans[p];
    if (row.due == plan::kNever || next_plan(of.world, of.id, row.service, row.kind) != p) continue;
    const bool is_due = row.due <= of.context.today.days;
    if (row.kind == Kind::instalment && (is_due || has_left(of)))
      return charge_instalment(of, row, has_left(of) ? row.parts : row.done + 1);
    const bool charged = is_due && row.kind == Kind::extra && carries_extras(of);
    if (charged && of.can_pay(row.amount_minor)) return charge_extra(of, row);
  }
  return std::nullopt;
}

int32_t next_plan_day(const Subject& of) {
  int32_t day = plan::kNever;
  for (uint32_t p = of.arrangement.first_plan; p != kNone; p = of.world.plans[p].next) {
    const PlanRow& row = of.world.plans[p];
    if (row.due == plan::kNever || (row.kind == Kind::extra && has_left(of))) continue;
    const int32_t tomorrow = of.context.today.days + 1;
    day = std::min(day, row.kind == Kind::extra ? std::max(row.due, tomorrow) : row.due);
  }
  return day;
}

}  // namespace provodka::process
