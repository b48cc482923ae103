#include "ledger/domain/subscription/evolve.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscription/pricing.h"

namespace provodka::subscription {
namespace {

struct Found {
  AccountId account;
  uint32_t id;
};

template <class E>
Found found(World& world, const E& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const auto id = world.find_subscription(meta.tenant, event.subscription.text);
  INVARIANT(id && world.subscriptions[*id].account == account.value(),
            "a recorded subscription is the account's", event.subscription.text);
  return {account, *id};
}

uint32_t tariff_version(const World& world, TenantId tenant, Id name, uint32_t version) {
  auto row = world.find_tariff(tenant, name.text);
  while (row && *row != kNone && world.tariffs[*row].version != version) row = world.tariffs[*row].next;
  INVARIANT(row && *row != kNone, "a recorded tariff was published", name.text, version);
  return *row;
}

void set_due(World& world, const Found& at, int32_t due) {
  SubscriptionRow& row = world.subscriptions.change(at.id);
  due = std::min(due, row.cancel_on);
  if (row.why != Why::frozen) due = std::min(due, row.freeze_first);
  row.due = due;
  if (due != kNever) world.schedule(at.account, Date{due});
}

// The day on which the next charge of a running subscription is due.
int32_t next_charge(const SubscriptionRow& row) {
  if (row.state == State::active || row.state == State::trial) return row.charged_past;
  return row.state == State::pending ? row.anchor : kNever;
}

void add_vat_gross(SubscriptionRow& row, Date day, int64_t gross_minor) {
  const int32_t month = month_of(day).first.days;
  if (row.vat_month != month) {
    row.vat_month = month;
    row.vat_gross_minor = 0;
  }
  row.vat_gross_minor += gross_minor;
}

}  // namespace

void evolve(World& world, const SubscriptionStarted& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  uint64_t points = event.points.empty() ? ~uint64_t{0} : 0;
  for (const Id name : event.points) {
    uint32_t bit = 0;
    for (uint32_t p = world.account(account).first_point; p != kNone; p = world.points[p].next, ++bit) {
      if (world.strings[world.points[p].name] == name.text) points |= uint64_t{1} << bit;
    }
  }
  const uint32_t id =
      world.add_subscription({.name = {},
                              .price_minor = 0,
                              .credit_minor = 0,
                              .vat_gross_minor = 0,
                              .points = points,
                              .account = account.value(),
                              .tariff = tariff_version(world, meta.tenant, event.tariff, event.version),
                              .next_tariff = kNone,
                              .next = world.account(account).first_subscription,
                              .segment = 0,
                              .state = State::pending,
                              .why = Why::not_started,
                              .trial_done = 0,
                              .anchor = event.from.days,
                              .period_first = event.from.days,
                              .period_past = event.from.days,
                              .charged_past = event.from.days,
                              .used_past = event.from.days,
                              .due = kNever,
                              .freeze_first = kNever,
                              .freeze_past = kNever,
                              .cancel_on = kNever,
                              .switched_on = kNever,
                              .vat_month = kNever,
                              .counted = 0},
                             event.subscription.text);
  world.accounts.change(account.value()).first_subscription = id;
  set_due(world, {account, id}, event.from.days);
}

void evolve(World& world, const TrialBegun& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.state = State::trial;
  row.why = Why::none;
  row.trial_done = 1;
  row.charged_past = row.used_past = row.anchor = event.to.days + 1;
  set_due(world, at, row.charged_past);
}

void evolve(World& world, const SubscriptionCharged& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  book_entry(world, meta, event.postings);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.tariff = tariff_version(world, meta.tenant, event.tariff, event.version);
  tariff::ServiceRow& service = world.services.change(world.tariffs[row.tariff].service);
  ++service.run_charges;
  service.run_minor += event.amount.minor;
  row.next_tariff = kNone;
  row.segment = event.segment;
  row.state = State::active;
  row.why = Why::none;
  if (event.restarted) {
    row.anchor = event.period_from.days;
    row.counted = 1;
  }
  row.price_minor = event.price.minor;
  row.period_first = event.period_from.days;
  row.period_past = event.period_to.days + 1;
  row.charged_past = event.to.days + 1;
  row.used_past = event.from.days;
  add_vat_gross(row, event.from, event.amount.minor);
  if (event.grace_until) {
    world.accounts.change(at.account.value()).overdue_us = event.grace_until->micros;
    world.schedule(at.account, *event.grace_until);
  }
  set_due(world, at, row.charged_past);
}

void evolve(World& world, const SubscriptionSuspended& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.state = event.reason == Why::ended ? State::ended : State::off;
  row.why = event.reason;
  row.credit_minor += event.unused.minor;
  row.used_past = event.from.days;
  // A frozen period of its own length goes on later: what is paid stays paid.
  if (event.reason != Why::frozen || event.unused.minor > 0)
    row.charged_past = std::min(row.charged_past, event.from.days);
  if (event.reason == Why::ended) row.cancel_on = kNever;
  set_due(world, at, event.reason == Why::frozen ? row.freeze_past : kNever);
}

void evolve(World& world, const SubscriptionResumed& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  const auto moved = static_cast<int32_t>(event.moved_days);
  const bool paid = moved > 0;
  row.freeze_first = row.freeze_past = kNever;
  if (paid) {
    row.anchor += moved;
    row.period_first += moved;
    row.period_past += moved;
    row.charged_past += moved;
    row.state = State::active;
    row.why = Why::none;
  } else {
    row.why = Why::none;
  }
  row.used_past = std::max(row.used_past, event.effective.days);
  set_due(world, at, next_charge(row));
}

void evolve(World& world, const SubscriptionCredited& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  book_entry(world, meta, event.postings);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.credit_minor -= event.amount.minor;
  row.vat_gross_minor -= event.amount.minor;
}

void evolve(World& world, const SubscriptionSwitched& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  const uint32_t tariff = tariff_version(world, meta.tenant, event.tariff, event.version);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.switched_on = event.effective.days;
  if (event.from > event.effective) {
    row.next_tariff = tariff;
    return;
  }
  row.tariff = tariff;
  row.next_tariff = kNone;
  row.credit_minor += event.unused.minor;
  if (row.state == State::active) {  // on, and not paid until the charge that follows
    row.state = State::off;
    row.why = Why::none;
    row.charged_past = row.used_past = event.from.days;
    set_due(world, at, kNever);
  }
}

void evolve(World& world, const SubscriptionFrozen& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.freeze_first = event.from.days;
  row.freeze_past = event.to ? event.to->days + 1 : kNever;
  set_due(world, at, next_charge(row));
}

void evolve(World& world, const SubscriptionUnfrozen& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  if (row.why == Why::frozen) {
    row.freeze_past = row.due = event.effective.days;
    world.schedule(at.account, event.effective);
  } else {
    row.freeze_first = row.freeze_past = kNever;
    set_due(world, at, next_charge(row));
  }
}

void evolve(World& world, const SubscriptionCancelled& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  if (event.on > event.effective) {
    row.cancel_on = event.on.days;
    set_due(world, at, row.due);
    return;
  }
  row.credit_minor += event.unused.minor;
  row.state = State::ended;
  row.why = Why::ended;
  row.due = kNever;
}

}  // namespace provodka::subscription
