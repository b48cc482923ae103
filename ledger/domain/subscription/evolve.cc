#include "ledger/domain/subscription/evolve.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/income.h"
#include "ledger/domain/subscription/pricing.h"

#include <algorithm>

namespace provodka::subscription {
namespace {

constexpr VatSum kNoVatSum{.gross_minor = 0, .rate = 0, .month = kNever, .reserved = 0};

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

void set_due(SubscriptionRow& row, int32_t due) {
  due = std::min(due, row.cancel_on);
  if (row.why != Why::frozen) due = std::min(due, row.freeze_first);
  row.due = due;
}

// Keeps count of the tenant's subscriptions: what a run reports must not cost a look at each.
void set_state(World& world, SubscriptionRow& row, State state, Why why) {
  tenant::TenantRow& tenant = world.tenants.change(world.accounts[row.account].tenant);
  const auto count = [&](State s, Why w) -> uint32_t* {
    if (s == State::trial) return &tenant.trials;
    if (s == State::active || s == State::off) return &tenant.subscriptions[static_cast<size_t>(w)];
    return nullptr;
  };
  if (uint32_t* before = count(row.state, row.why)) --*before;
  if (uint32_t* after = count(state, why)) ++*after;
  row.state = state;
  row.why = why;
}

// The day on which something is next due of a running subscription.
int32_t next_charge(const World& world, const SubscriptionRow& row) {
  const tariff::TariffRow& tariff = world.tariffs[row.tariff];
  if (tariff.length == tariff::Length::hour && row.state == State::active) return kNever;  // by the hour
  if (tariff.mode == tariff::Mode::arrears && row.state == State::active) return row.period_past;
  if (is_on(row.state)) return row.charged_past;
  return row.state == State::pending ? row.anchor : kNever;
}

// The sum that was added to last comes first.
void add_to_vat_sum(SubscriptionRow& row, Date day, Decimal percent, int64_t gross_minor) {
  const VatSum* sum = vat_sum(row, day, percent);
  if (!sum) {
    row.vat[1] = {
        .gross_minor = 0, .rate = percent.billionths(), .month = month_of(day).first.days, .reserved = 0};
  }
  if (sum != &row.vat[0]) std::swap(row.vat[0], row.vat[1]);
  row.vat[0].gross_minor += gross_minor;
}

// Days that were charged and will not be used, or the other way round.
void owe(SubscriptionRow& row, int64_t unused_minor, Date from) {
  row.credit_minor += unused_minor;
  if (unused_minor > 0) {
    row.credit_first = from.days;
    row.credit_past = row.charged_past;
  } else {
    row.credit_first = row.charged_past;
    row.credit_past = from.days;
  }
}

void defer(World& world, uint32_t service, const std::optional<LaterMonths>& months) {
  if (!months) return;
  for (const Later& later : *months) world.defer(service, later.month, later.amount.minor);
}

// A charge on the tariff that was to come next is its beginning; one on the old tariff leaves it to come.
void arrive(const World& world, SubscriptionRow& row, Date day) {
  if (row.next_tariff == kNone || world.tariffs[row.next_tariff].name != world.tariffs[row.tariff].name)
    return;
  row.next_tariff = kNone;
  row.entered = std::min(row.next_from, day.days);
}

uint32_t count_charge(World& world, uint32_t version, int64_t minor) {
  const uint32_t id = world.tariffs[version].service;
  tariff::ServiceRow& service = world.services.change(id);
  ++service.run_charges;
  service.run_minor += minor;
  return id;
}

}  // namespace

void evolve(World& world, const SubscriptionStarted& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  uint64_t points = event.points.empty() ? ~uint64_t{0} : 0;
  for (const Id name : event.points) {
    uint32_t bit = 0;
    for (uint32_t p = world.account(account).first_point; p != kNone; p = world.points[p].next, ++bit) {
      if (world.strings[world.points[p].name] == name.text) points |= uint64_t{1} << std::min(bit, 63u);
    }
  }
  const uint32_t version = tariff_version(world, meta.tenant, event.tariff, event.version);
  const uint32_t fees = world.tariffs[version].setup_fee_minor > 0 ? kSetupDue : 0;
  const uint32_t id = world.add_subscription({.name = {},
                                              .price_minor = 0,
                                              .credit_minor = 0,
                                              .vat = {kNoVatSum, kNoVatSum},
                                              .override_minor = -1,
                                              .reversed_minor = 0,
                                              .hour_us = 0,
                                              .points = points,
                                              .account = account.value(),
                                              .tariff = version,
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
                                              .counted = 0,
                                              .credit_first = 0,
                                              .credit_past = 0,
                                              .override_past = kNever,
                                              .first_discount = kNone,
                                              .frozen_year = 0,
                                              .frozen_days = 0,
                                              .fees_due = fees,
                                              .next_from = kNever,
                                              .entered = event.from.days,
                                              .segment_first = event.from.days,
                                              .rate_from = event.from.days,
                                              .recalculated_past = 0,
                                              .reserved = 0},
                                             event.subscription.text);
  world.accounts.change(account.value()).first_subscription = id;
  set_due(world.subscriptions.change(id), event.from.days);
}

void evolve(World& world, const TrialBegun& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  set_state(world, row, State::trial, Why::none);
  row.trial_done = 1;
  row.charged_past = row.used_past = row.anchor = row.entered = event.to.days + 1;
  set_due(row, row.charged_past);
}

void evolve(World& world, const PeriodBegun& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  row.tariff = tariff_version(world, meta.tenant, event.tariff, event.version);
  arrive(world, row, event.from);
  row.segment = event.segment;
  row.reversed_minor = 0;
  set_state(world, row, State::active, Why::none);
  row.price_minor = event.price.minor;
  row.period_first = event.period_from.days;
  row.period_past = event.period_to.days + 1;
  row.segment_first = event.from.days;
  row.charged_past = row.used_past = event.from.days;
  if (event.began) row.hour_us = event.began->micros;
  set_due(row, next_charge(world, row));
}

void evolve(World& world, const SubscriptionCharged& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  book_entry(world, meta, event.postings);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  const uint32_t version = tariff_version(world, meta.tenant, event.tariff, event.version);
  defer(world, count_charge(world, version, event.amount.minor), event.deferred);
  add_to_vat_sum(row, event.from, event.vat_rate.value_or(Decimal()), event.amount.minor);
  if (event.grace_until) world.change_arrangement(at.account).overdue_us = event.grace_until->micros;
  if (event.ended) row.hour_us = event.ended->micros;
  if (event.closing) {
    row.credit_minor += event.amount.minor;
    row.charged_past = event.to.days + 1;
    return;
  }
  row.tariff = version;
  arrive(world, row, event.from);
  // The rest of a period, at another rate of tax, is used with the days before it.
  const bool rest = row.segment == event.segment && world.tariffs[version].mode == tariff::Mode::advance;
  if (row.segment != event.segment) {
    row.reversed_minor = 0;
    row.segment_first = event.from.days;
  }
  row.segment = event.segment;
  set_state(world, row, State::active, Why::none);
  if (event.restarted) {
    row.anchor = event.period_from.days;
    row.counted = 1;
  }
  row.rate_from = event.from.days;
  row.price_minor = event.price.minor;
  row.period_first = event.period_from.days;
  row.period_past = event.period_to.days + 1;
  row.charged_past = event.to.days + 1;
  if (!rest) row.used_past = event.from.days;
  const bool at_once = event.continues || event.due;  // the rest, or the next period
  set_due(row, at_once ? event.effective.days : next_charge(world, row));
}

void evolve(World& world, const FeeCharged& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  book_entry(world, meta, event.postings);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.fees_due &= ~(event.fee == Fee::setup ? kSetupDue : kFreezeDue);
  count_charge(world, row.tariff, event.amount.minor);
}

void evolve(World& world, const SubscriptionSuspended& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  set_state(world, row, event.reason == Why::ended ? State::ended : State::off, event.reason);
  owe(row, event.unused.minor, event.from);
  row.used_past = event.from.days;
  // A frozen period of its own length goes on later: what is paid stays paid.
  if (event.reason != Why::frozen || event.unused.minor > 0)
    row.charged_past = std::min(row.charged_past, event.from.days);
  // A freeze ahead would bring it back to life.
  if (event.reason == Why::ended) row.cancel_on = row.freeze_first = row.freeze_past = kNever;
  if (row.next_tariff != kNone && event.from.days >= row.next_from) {  // it is the tariff, and not paid
    row.tariff = row.next_tariff;
    row.next_tariff = kNone;
    row.entered = row.next_from;
  }
  if (event.outage_days) world.tenants.change(meta.tenant.value()).outage_days += *event.outage_days;
  set_due(row, event.reason == Why::frozen ? row.freeze_past : kNever);
}

void evolve(World& world, const SubscriptionResumed& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  const bool was_frozen = row.why == Why::frozen;
  if (was_frozen) row.freeze_first = row.freeze_past = kNever;
  const auto moved = static_cast<int32_t>(event.moved_days);
  if (moved > 0) {
    if (row.entered > row.period_first) row.entered += moved;
    row.anchor += moved;
    row.period_first += moved;
    row.period_past += moved;
    row.charged_past += moved;
    row.segment_first += moved;
    row.rate_from += moved;
    if (row.next_tariff != kNone) row.next_from += moved;
  }
  // What a freeze left paid goes on.
  const bool is_paid = moved > 0 || (was_frozen && row.charged_past > event.effective.days);
  set_state(world, row, is_paid ? State::active : row.state, Why::none);
  row.used_past = std::max(row.used_past, event.effective.days);
  set_due(row, next_charge(world, row));
}

void evolve(World& world, const SubscriptionCredited& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  book_entry(world, meta, event.postings);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.credit_minor -= event.amount.minor;
  row.credit_first = event.to ? event.to->days + 1 : row.credit_past;
  const bool before = event.from && event.from->days < row.rate_from;
  row.vat[before ? 1 : 0].gross_minor -= event.amount.minor;
  defer(world, world.tariffs[row.tariff].service, event.deferred);
}

void evolve(World& world, const SubscriptionSwitched& event, const EventMeta& meta) {
  const Found at = found(world, event, meta);
  const uint32_t tariff = tariff_version(world, meta.tenant, event.tariff, event.version);
  SubscriptionRow& row = world.subscriptions.change(at.id);
  row.switched_on = event.effective.days;
  row.next_tariff = tariff;
  row.next_from = event.from.days;
  row.override_minor = -1;
  if (event.from > event.effective) return;
  if (row.state != State::active) {
    row.tariff = tariff;
    row.next_tariff = kNone;
    row.entered = event.from.days;
    return;
  }
  // On, and not paid until the charge that follows.
  owe(row, event.unused.minor, event.from);
  set_state(world, row, State::off, Why::none);
  row.used_past = event.from.days;
  row.charged_past = std::min(row.charged_past, event.from.days);
  set_due(row, kNever);
}

void evolve(World& world, const SubscriptionFrozen& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  row.freeze_first = event.from.days;
  row.freeze_past = event.to ? event.to->days + 1 : kNever;
  const int32_t year = event.from.year();
  if (row.frozen_year != year) row.frozen_days = 0;
  row.frozen_year = year;
  if (event.to) row.frozen_days += static_cast<uint32_t>(Period{event.from, *event.to}.days() + 1);
  if (world.tenant(meta.tenant).freeze_fee_minor > 0) row.fees_due |= kFreezeDue;
  set_due(row, next_charge(world, row));
}

void evolve(World& world, const SubscriptionUnfrozen& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  if (row.why == Why::frozen) {
    const int32_t left = row.freeze_past == kNever ? 0 : row.freeze_past - event.effective.days;
    row.frozen_days -= std::min(row.frozen_days, static_cast<uint32_t>(std::max(0, left)));
    if (row.freeze_past == kNever)
      row.frozen_days += static_cast<uint32_t>(event.effective.days - row.freeze_first);
    row.freeze_past = row.due = event.effective.days;
  } else {  // before it began
    if (row.freeze_past != kNever)
      row.frozen_days -= std::min(row.frozen_days, static_cast<uint32_t>(row.freeze_past - row.freeze_first));
    row.freeze_first = row.freeze_past = kNever;
    set_due(row, next_charge(world, row));
  }
}

void evolve(World& world, const SubscriptionCancelled& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  if (event.on > event.effective) {
    row.cancel_on = event.on.days;
    set_due(row, row.due);
    return;
  }
  owe(row, event.unused.minor, row.why == Why::frozen ? Date{row.used_past} : add_days(event.on, 1));
  set_state(world, row, State::ended, Why::ended);
  row.due = row.cancel_on = row.freeze_first = row.freeze_past = kNever;
}

void evolve(World& world, const DiscountGranted& event, const EventMeta& meta) {
  const uint32_t id = found(world, event, meta).id;
  const uint32_t discount =
      world.discounts.append({.share = event.percent ? event.percent->billionths() / 100 : 0,
                              .amount_minor = event.amount.minor,
                              .from = event.from.days,
                              .past = event.until ? event.until->days + 1 : kNever,
                              .order = event.order,
                              .next = kNone});
  uint32_t before = kNone, after = world.subscriptions[id].first_discount;
  while (after != kNone && world.discounts[after].order <= event.order) {
    before = after;
    after = world.discounts[after].next;
  }
  world.discounts.change(discount).next = after;
  if (before == kNone) {
    world.subscriptions.change(id).first_discount = discount;
  } else {
    world.discounts.change(before).next = discount;
  }
}

void evolve(World& world, const PriceOverridden& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  row.override_minor = event.price.minor;
  row.override_past = event.until ? event.until->days + 1 : kNever;
}

void evolve(World& world, const SubscriptionRecalculated& event, const EventMeta& meta) {
  SubscriptionRow& row = world.subscriptions.change(found(world, event, meta).id);
  row.credit_minor += event.unused.minor;
  row.credit_first = event.from.days;
  row.credit_past = row.recalculated_past = event.to.days + 1;
}

void evolve(World&, const TariffMoved&, const EventMeta&) {}
void evolve(World&, const OutageRecalculated&, const EventMeta&) {}

}  // namespace provodka::subscription
