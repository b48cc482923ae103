#include "ledger/process/settle.h"

#include "ledger/process/charging.h"
#include "ledger/process/hours.h"
#include "ledger/process/plans.h"
#include "ledger/process/point_access.h"
#include "ledger/process/suspend.h"

#include <algorithm>

namespace provodka::process {

using namespace subscription;
using tariff::Mode;
using tariff::Shortage;

namespace {

std::optional<Event> end_promise(const Subject& of) {
  const account::ArrangementRow& lent = of.arrangement;
  if (lent.promise_minor == 0) return std::nullopt;
  const bool kept = lent.promise_left_minor == 0;
  if (!kept && of.context.today.days < lent.promise_until) return std::nullopt;
  account::Standings standings = of.standing();
  standings.front().available.minor -= lent.promise_minor;
  return promise::PromiseEnded{.account = of.account_name(),
                               .amount = of.money(lent.promise_minor),
                               .outcome = kept ? promise::Outcome::kept : promise::Outcome::broken,
                               .effective = of.context.today,
                               .standing = standings};
}

std::optional<Event> charge_freeze_fee(const Subject& of) {
  for (const uint32_t s : of.subscriptions) {
    if (of.at(s).fees_due & kFreezeDue) return charge_fee(of, s, Fee::freeze);
  }
  return std::nullopt;
}

// A frozen period of its own length goes on later, and no money moves.
bool moves_on(const Subject& of, uint32_t s) {
  return counts_from_anchor(of.tariff_of(s), of.at(s)) && of.tariff_of(s).mode == Mode::advance &&
         !of.is_by_hour(s);
}

std::optional<Event> resume(const Subject& of, uint32_t s, uint32_t moved_days, Date from) {
  return SubscriptionResumed{.account = of.account_name(),
                             .subscription = of.name(s),
                             .moved_days = moved_days,
                             .effective = from,
                             .standing = of.standing()};
}

std::optional<Event> begin_trial(const Subject& of, uint32_t s, Date from, Date past) {
  return TrialBegun{.account = of.account_name(),
                    .subscription = of.name(s),
                    .from = from,
                    .to = add_days(past, -1),
                    .effective = from,
                    .standing = of.standing()};
}

// An account tries a service once, whatever subscriptions it has of it.
bool had_trial(const Subject& of, uint32_t service) {
  return std::ranges::any_of(of.subscriptions, [&](uint32_t s) {
    return of.at(s).trial_done != 0 && of.tariff_of(s).service == service;
  });
}

// A trial that a debt interrupted: what is left of it is free.
bool is_in_trial(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  return row.segment == 0 && row.trial_done && of.context.today.days < row.anchor;
}

std::optional<Event> do_due_of(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  const tariff::TariffRow& tariff = of.tariff_of(s);
  const Date day{row.due};
  if (row.cancel_on <= row.due) return suspend(of, s, Why::ended, day);
  if (row.state == State::off) {  // a freeze is over
    return resume(of, s, moves_on(of, s) ? static_cast<uint32_t>(row.freeze_past - row.freeze_first) : 0,
                  day);
  }
  if (row.freeze_first <= row.due)
    return moves_on(of, s) ? suspend_and_keep(of, s, Why::frozen, day) : suspend(of, s, Why::frozen, day);
  if (row.state == State::pending && tariff.trial_days > 0 && !had_trial(of, tariff.service))
    return begin_trial(of, s, day, add_days(day, int64_t{tariff.trial_days}));
  if (row.state != State::active) return charge_or_suspend(of, s, day);
  if (tariff.mode == Mode::arrears && row.charged_past < row.period_past) return charge_in_arrears(of, s);
  return charge_or_suspend(of, s, Date{row.charged_past});
}

// In the order of the days on which it is due, then by rank.
std::optional<Event> do_due(const Subject& of) {
  std::optional<uint32_t> first;
  for (const uint32_t s : of.subscriptions) {
    const int32_t due = of.at(s).due;
    if (due <= of.context.today.days && (!first || due < of.at(*first).due)) first = s;
  }
  return first ? do_due_of(of, *first) : std::nullopt;
}

std::optional<Event> do_hours(const Subject& of) {
  for (const uint32_t s : of.subscriptions) {
    if (auto event = next_hour_step(of, s)) return event;
  }
  return std::nullopt;
}

bool has_grace(const Subject& of, uint32_t s) {
  return of.tariff_of(s).shortage == Shortage::debt || of.tariff_of(s).mode == Mode::arrears;
}

// Strictly below the threshold, and nobody has time to pay.
std::optional<Event> suspend_debtor(const Subject& of) {
  if (of.available() >= of.terms.threshold_minor) return std::nullopt;
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    if (!is_on(row.state)) continue;
    const bool debt = has_grace(of, s);
    if (debt && of.arrangement.overdue_us > of.context.now.micros) return std::nullopt;
    const Date from = std::max(of.first_unused(), Date{row.used_past});
    const bool keeps = debt && of.terms.unused_on_block == tenant::Unused::keep;
    return keeps ? suspend_and_keep(of, s, Why::debt, from)
                 : suspend(of, s, debt ? Why::debt : Why::unpaid, from);
  }
  return std::nullopt;
}

std::optional<Event> resume_paid(const Subject& of) {
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    if (row.state == State::off && row.why == Why::none)
      return charge_or_suspend(of, s, std::max(of.context.today, Date{row.used_past}));
  }
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    if (!is_off_for_money(row) || !of.is_carried(s) || is_blocked_by_others(of.world, row)) continue;
    if (is_in_trial(of, s) && of.can_pay(0)) return begin_trial(of, s, of.context.today, Date{row.anchor});
    auto offered = offer_to_resume(of, s);
    if (offered && of.world.tariffs[offered->version].shortage == Shortage::shorten)
      offered = shortened(of, *offered);
    if (offered && of.can_pay(due_at_once(of, s, *offered))) return take(of, s, *offered, false);
    if (s == of.base()) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Event> follow_blocks(const Subject& of) {
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    const bool blocked = is_blocked_by_others(of.world, row);
    if (row.state == State::active && blocked)
      return suspend(of, s, Why::blocked, std::max(of.first_unused(), Date{row.used_past}));
    if (row.state == State::off && row.why == Why::blocked && !blocked)
      return resume(of, s, 0, of.context.today);
  }
  return std::nullopt;
}

// What has to be there for one that is off for money to be on; none where money does not help.
std::optional<int64_t> price_to_resume(const Subject& of, uint32_t s) {
  const auto offer = offer_to_resume(of, s);
  if (!offer) return std::nullopt;
  return is_in_trial(of, s) ? 0 : due_at_once(of, s, *offer);
}

// Whether `other`, which is before a subscription by rank and off for money as well, has of what comes in
// what it costs before that gets `price`: always where that stands on it, else where there is enough for it.
bool takes_first(const Subject& of, uint32_t other, int64_t cost, uint32_t s, int64_t price) {
  if (other == of.base() ||
      of.tariff_of(other).service == of.world.services[of.tariff_of(s).service].required)
    return true;
  if (is_blocked_by_others(of.world, of.at(other))) return false;
  return cost <= price || of.tariff_of(other).shortage == Shortage::shorten;
}

bool nothing_can_happen(const account::AccountRow& row) {
  const bool closed = row.status == account::Status::closed && row.points_on > 0;
  return row.first_subscription == kNone && row.arrangement == kNone && !closed;
}

}  // namespace

std::optional<Event> next_step(const World& world, const Context& context, AccountId id) {
  if (nothing_can_happen(world.account(id))) return std::nullopt;
  const Subject of(world, context, id);
  if (auto event = end_promise(of)) return event;
  if (auto event = settle_closed_segment(of)) return event;
  if (auto event = charge_freeze_fee(of)) return event;
  if (auto event = do_due(of)) return event;
  if (auto event = do_hours(of)) return event;
  if (auto event = next_plan_step(of)) return event;
  if (auto event = suspend_debtor(of)) return event;
  if (auto event = resume_paid(of)) return event;
  if (auto event = follow_blocks(of)) return event;
  return next_access_change(of);
}

std::optional<Instant> next_due(const World& world, const Context& context, AccountId id) {
  if (nothing_can_happen(world.account(id))) return std::nullopt;
  const Subject of(world, context, id);
  int32_t day = next_plan_day(of);
  std::optional<Instant> due;
  const auto at = [&](Instant instant) { due = due ? std::min(*due, instant) : instant; };
  bool runs = false;
  for (const uint32_t s : of.subscriptions) {
    day = std::min(day, of.at(s).due);
    if (of.at(s).state != State::active) continue;
    runs = true;
    if (of.is_by_hour(s)) at(next_hour_due(of, s));
  }
  if (of.arrangement.promise_minor > 0) day = std::min(day, of.arrangement.promise_until);
  if (day != kNever) at(world.day_start(context.tenant, Date{day}));
  if (runs && of.arrangement.overdue_us != 0 && of.available() < of.terms.threshold_minor)
    at(Instant{of.arrangement.overdue_us});
  if (const auto hour = next_blocking_hour(of)) at(*hour);
  return due;
}

Money needed(const World& world, const Context& context, AccountId id) {
  const Subject of(world, context, id);
  return needed_for(of, of.base());
}

Money needed_for(const Subject& of, uint32_t s) {
  if (s == kNone || !is_off_for_money(of.at(s))) return of.money(0);
  const auto own = price_to_resume(of, s);
  if (!own) return of.money(0);
  int64_t price = *own;
  // As resume_paid gives the money out, from its end.
  for (auto place = std::ranges::find(of.subscriptions, s); place != of.subscriptions.begin();) {
    const uint32_t other = *--place;
    if (!is_off_for_money(of.at(other))) continue;
    const auto cost = price_to_resume(of, other);
    if (cost && takes_first(of, other, *cost, s, price)) price += *cost;
  }
  return of.money(std::max<int64_t>(0, price + of.terms.threshold_minor - of.available()));
}

}  // namespace provodka::process
