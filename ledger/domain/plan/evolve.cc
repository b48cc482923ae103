#include "ledger/domain/plan/evolve.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/plan/schedule.h"

namespace provodka::plan {
namespace {

void add(World& world, AccountId account, PlanRow row) {
  row.account = account.value();
  row.next = world.arrangement(world.account(account)).first_plan;
  const uint32_t id = world.plans.append(row);
  world.change_arrangement(account).first_plan = id;
}

uint32_t service_named(const World& world, const EventMeta& meta, Id name) {
  const auto service = world.find_service(meta.tenant, name.text);
  INVARIANT(service, "a recorded plan is of a service that exists", name.text);
  return *service;
}

PlanRow& running(World& world, AccountId account, uint32_t service, Kind kind) {
  const uint32_t found = next_plan(world, account, service, kind);
  INVARIANT(found != kNone, "a recorded part is of a plan that runs", account.value(), service);
  return world.plans.change(found);
}

}  // namespace

void evolve(World& world, const ExtraAdded& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const uint32_t parts = event.period ? event.count.value_or(0) : 1;
  add(world, account,
      {.amount_minor = event.amount.minor,
       .account = 0,
       .service = service_named(world, meta, event.service),
       .next = kNone,
       .kind = Kind::extra,
       .length = event.period.value_or(tariff::Length::month),
       .parts = parts,
       .done = 0,
       .anchor = event.from.days,
       .due = event.from.days,
       .since = 0});
}

void evolve(World& world, const ExtraCharged& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  const AccountId account = touch_account(world, meta, event.account.text);
  const uint32_t service = service_named(world, meta, event.service);
  PlanRow& row = running(world, account, service, Kind::extra);
  ++row.done;
  // Periods count from the day of a charge that came late.
  if (event.from.days != row.due) {
    row.anchor = event.from.days;
    row.since = 0;
  }
  ++row.since;
  row.due = row.parts != 0 && row.done >= row.parts ? kNever : event.to.days + 1;
  tariff::ServiceRow& earned = world.services.change(service);
  ++earned.run_charges;
  earned.run_minor += event.amount.minor;
  if (event.deferred) {
    for (const Later& later : *event.deferred) world.defer(service, later.month, later.amount.minor);
  }
}

void evolve(World& world, const ExtraRemoved& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  running(world, account, service_named(world, meta, event.service), Kind::extra).due = kNever;
}

void evolve(World& world, const InstalmentAgreed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  add(world, touch_account(world, meta, event.account.text),
      {.amount_minor = event.amount.minor,
       .account = 0,
       .service = service_named(world, meta, event.service),
       .next = kNone,
       .kind = Kind::instalment,
       .length = tariff::Length::month,
       .parts = event.parts,
       .done = 0,
       .anchor = event.first.days,
       .due = event.first.days,
       .since = 0});
}

void evolve(World& world, const InstalmentDue& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  const AccountId account = touch_account(world, meta, event.account.text);
  PlanRow& row = running(world, account, service_named(world, meta, event.service), Kind::instalment);
  row.done = event.part;
  row.due = row.done >= row.parts ? kNever : day_of_part(row.length, Date{row.anchor}, row.done).days;
}

}  // namespace provodka::plan
