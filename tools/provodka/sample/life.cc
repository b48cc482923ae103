#include "tools/provodka/sample/life.h"

#include <algorithm>

namespace provodka::tools::sample {
namespace {

constexpr int64_t up_to(int64_t amount, int64_t step) { return (amount + step - 1) / step * step; }

Family family_of(Random& random) {
  int64_t left = random.below(1000);
  for (size_t f = 0; f < kFamilies.size(); ++f) {
    left -= kFamilies[f].per_mille;
    if (left < 0) return static_cast<Family>(f);
  }
  return Family::monthly;
}

Habit habit_of(Random& random) {
  static constexpr std::array<int, 6> kPerMille{640, 130, 80, 85, 35, 30};
  int64_t left = random.below(1000);
  for (size_t h = 0; h < kPerMille.size(); ++h) {
    left -= kPerMille[h];
    if (left < 0) return static_cast<Habit>(h);
  }
  return Habit::early;
}

// Of a family's tariffs those in the middle are the most liked.
int some_tariff(Random& random, const FamilyTerms& terms) {
  return terms.first + static_cast<int>((random.below(terms.count) + random.below(terms.count) + 1) / 2);
}

bool is_calendar(Family family) { return terms_of(family).anchor == "calendar"; }

}  // namespace

Date announced_on(const Plan& plan) { return add_days(raised_from(plan), -14); }

Date raised_from(const Plan& plan) {
  const Date day = month_of(add_months_clamped(plan.from, 3)).first;
  return plan.months > 3 ? day : kNever;
}

Life::Life(const Plan& plan)
    : plan_(plan),
      past_(plan.past()),
      first_month_past_(add_months_clamped(plan.from, 1)),
      raised_from_(raised_from(plan)) {}

Subscriber Life::born(uint32_t who) const {
  Subscriber s;
  s.random = Random(plan_.seed, who);
  Random& random = s.random;
  s.family = family_of(random);
  s.habit = s.family == Family::office ? Habit::on_time : habit_of(random);
  s.provider = static_cast<uint8_t>(random.below(kProviders.size()));
  s.tv = random.chance(380) && s.family != Family::office;
  s.static_ip = random.chance(s.family == Family::office ? 800 : 70);
  // Most were there before; some come while the sample lasts.
  if (plan_.months > 1 && random.chance(120)) {
    s.opened = add_days(first_month_past_, random.below(past_.days - first_month_past_.days));
    s.instalments = random.chance(200);
  } else {
    s.opened = is_calendar(s.family) ? plan_.from : add_days(plan_.from, random.below(28));
  }
  s.antivirus = random.chance(60);
  if (s.family == Family::monthly && random.chance(8)) s.habit = Habit::never;
  if (s.habit == Habit::never || s.family == Family::guest) s.tv = s.static_ip = s.antivirus = false;
  if (s.habit == Habit::never) s.instalments = false;
  if (who == 0) {  // who has nothing but good days
    s.family = Family::monthly;
    s.habit = Habit::early;
    s.opened = plan_.from;
    s.tv = true;
    s.static_ip = s.antivirus = s.instalments = false;
  }
  const FamilyTerms& terms = terms_of(s.family);
  if (terms.months > 1 && s.habit == Habit::ahead) s.habit = Habit::early;
  s.tariff = static_cast<uint8_t>(who == 0 ? 2 : some_tariff(random, terms));
  s.had = static_cast<uint16_t>(1u << (s.tariff - terms.first));
  return s;
}

void Life::live(Subscriber& subscriber, uint32_t who, std::span<const Day> month, std::vector<Action>& out) {
  s_ = &subscriber;
  who_ = who;
  out_ = &out;
  if (subscriber.opened > month.back().date) return;
  if (subscriber.left && subscriber.unblock_on == kNever) return;
  plan_event(month);
  for (const Day& day : month) {
    if (day.date == subscriber.opened) {
      open(day);
    } else if (day.date > subscriber.opened) {
      live(day);
    }
  }
}

Action& Life::add(Kind kind, uint32_t at) {
  s_->last_at = s_->commands == 0 ? at : std::max(at, s_->last_at + 1);
  Action& action = out_->emplace_back();
  action.at = s_->last_at;
  action.who = who_;
  action.number = ++s_->commands;
  action.kind = kind;
  action.tariff = s_->tariff;
  return action;
}

uint32_t Life::pay(int64_t amount, uint32_t at) {
  Action& action = add(Kind::pay, at);
  const bool usual = s_->random.chance(850);
  action.item = usual ? s_->provider : static_cast<uint8_t>(s_->random.below(kProviders.size()));
  if (s_->family == Family::office) action.item = static_cast<uint8_t>(kProviders.size());
  action.amount = amount;
  s_->funds += amount;
  return action.number;
}

void Life::spend(int64_t amount) {
  s_->funds -= amount;
  if (s_->funds < 0) s_->funded = false;
}

uint32_t Life::by_day(const Day& day) {
  return day.at + static_cast<uint32_t>(s_->random.between(7 * 3600, 22 * 3600));
}

int64_t Life::price_on(Date date) const {
  const Tariff& tariff = kTariffs[s_->tariff];
  return tariff.raised > 0 && date >= raised_from_ ? tariff.raised : tariff.price;
}

// What is charged by the calendar month beside the internet.
int64_t Life::extras() const {
  return (s_->tv ? kTv.price : 0) + (s_->static_ip ? kStaticIp.price : 0) + (s_->antivirus ? kAntivirus : 0);
}

Date Life::due_after(int periods) const {
  const Date anchor = is_calendar(s_->family) ? month_of(s_->opened).first : s_->opened;
  return add_months_clamped(anchor, periods * terms_of(s_->family).months);
}

void Life::open(const Day& day) {
  Random& random = s_->random;
  const bool carried_over = day.date < first_month_past_;
  // Those who were there before are entered on the first day, one after the other.
  uint32_t at = by_day(day);
  if (day.date == plan_.from)
    at = day.at + 600 + static_cast<uint32_t>(uint64_t{who_} * 80'000 / plan_.subscribers);
  const uint8_t company = s_->family == Family::office ? 1 : 0;
  add(Kind::register_person, at).item = company;
  const int64_t limit = random.chance(60) ? random.between(1, 5) * 100'00 : 0;
  Action& opening = add(Kind::open, at);
  opening.item = company;
  opening.amount = s_->habit == Habit::never || who_ == 0 ? 0 : limit;
  add(Kind::place_point, at);
  if (random.chance(company ? 250 : 50)) add(Kind::add_point, at);
  const int64_t period = price_on(day.date) + extras() * terms_of(s_->family).months;
  s_->charged = price_on(day.date);
  if (s_->habit != Habit::never) {
    int64_t deposit = up_to(period, random.chance(500) || who_ == 0 ? 100'00 : 10'00);
    if (s_->habit == Habit::ahead) deposit += 3 * period;
    if (s_->family == Family::guest) deposit = 100'00;
    // A company pays behind: at first for being connected alone.
    if (!carried_over) deposit = (company ? 0 : deposit) + kConnection;
    if (!carried_over || !company) pay(deposit, at);
    // Before anything is subscribed to, what was paid is there.
    if (!carried_over) {
      add(Kind::post_connection, at).amount = kConnection;
      spend(kConnection);
    }
  } else {
    s_->cancels = add_days(day.date, random.between(14, 30));
  }
  start_services(at);
  if (random.chance(50) && s_->habit != Habit::never) add(Kind::grant, at).day = day.date;
  if (s_->antivirus) add(Kind::add_extra, at).amount = kAntivirus;
  if (s_->instalments) {
    Action& agreed = add(Kind::agree, at);
    agreed.amount = kRouter;
    agreed.day = month_of(add_months_clamped(day.date, 1)).first;
    spend(kRouter);  // all of it at once, to be sure
  }
  spend(price_on(day.date) + extras());
  s_->periods = 1;
  schedule(day.date);
}

void Life::start_services(uint32_t at) {
  add(Kind::start, at).item = static_cast<uint8_t>(Service::internet);
  if (s_->static_ip) add(Kind::start, at).item = static_cast<uint8_t>(Service::static_ip);
  if (s_->tv) add(Kind::start, at).item = static_cast<uint8_t>(Service::tv);
}

void Life::live(const Day& day) {
  if (day.date == s_->unblock_on) {
    add(Kind::unblock, by_day(day));
    s_->unblock_on = kNever;
  }
  if (s_->left) return;
  accrue(day);
  if (day.date == s_->cancels) return leave(day);
  if (day.date >= s_->quits || s_->habit == Habit::never) return;
  if (s_->family == Family::guest) {
    if (s_->random.chance(60)) pay(s_->random.between(1, 4) * 50'00, by_day(day));
    return;
  }
  if (day.date == s_->pays_on) pay_period(day);
  if (day.date == s_->event_on) happen(day);
}

// A period that counts from the day of opening begins no earlier than the month that it is counted in here.
void Life::accrue(const Day& day) {
  if (!day.begins_month) return;
  const Date opened = s_->opened;
  const int months = (day.date.year() - opened.year()) * 12 + day.date.month() - opened.month();
  s_->charged = std::max(s_->charged, price_on(day.date));
  spend(extras() + (months % terms_of(s_->family).months == 0 ? s_->charged : 0));
}

// When the next period is paid.
void Life::schedule(Date today) {
  Random& random = s_->random;
  s_->due = due_after(s_->periods);
  int64_t days = 0;
  // Now and then somebody forgets it.
  const bool forgets = s_->habit == Habit::early && who_ != 0 && random.chance(60);
  switch (forgets ? Habit::late : s_->habit) {
    case Habit::early:
      days = -random.between(1, 6);
      break;
    case Habit::ahead:
      days = -random.between(3, 9);
      break;
    case Habit::in_parts:
      days = -random.between(1, 3);
      break;
    case Habit::late:
      days = random.between(2, 13);
      break;
    case Habit::on_time:
      days = random.between(0, 2);
      if (s_->family != Family::office) break;
      days = random.chance(120) ? random.between(22, 27) : random.between(5, 18);
      break;
    case Habit::promises:
      days = random.between(0, 1);
      break;
    case Habit::never:
      break;
  }
  s_->between_parts = false;
  s_->pays_on = std::max(add_days(s_->due, days), add_days(today, 1));
}

void Life::pay_period(const Day& day) {
  Random& random = s_->random;
  const uint32_t at = by_day(day);
  const int64_t price = price_on(s_->due) + extras() * terms_of(s_->family).months;
  const Date next = due_after(s_->periods + 1);
  // What the days left of a period cost, for who was off until now.
  const int64_t rest = price * (next.days - std::max(day.date, s_->due).days) / (next.days - s_->due.days);
  const bool by_days = terms_of(s_->family).mode == "spread";
  const int64_t needed = by_days || s_->family == Family::office ? price : up_to(rest, 1'00);
  switch (s_->habit) {
    case Habit::ahead:
      if (s_->funds < 2 * price) pay(up_to(3 * price, 100'00), at);
      break;
    case Habit::in_parts: {
      const int64_t first = up_to(price * 6 / 10, 10'00);
      if (!s_->between_parts) {
        pay(first, at);
        s_->between_parts = true;
        s_->pays_on = std::max(add_days(s_->due, random.between(0, 7)), add_days(day.date, 1));
        return;
      }
      pay(up_to(price - first, 10'00), at);
      break;
    }
    case Habit::promises:
      if (!s_->between_parts && day.date.days >= s_->promised.days + kPromiseIntervalDays) {
        Action& promise = add(Kind::promise, at);
        promise.amount = std::min(up_to(price, 100'00), kPromiseMax);
        promise.detail = static_cast<uint32_t>(random.between(3, kPromiseDaysMax));
        s_->promised = day.date;
        s_->between_parts = true;
        s_->pays_on = add_days(day.date, random.between(1, 7));  // not always kept
        return;
      }
      pay(up_to(price, 10'00), at);
      break;
    case Habit::early:
      if (day.date < s_->due) {
        static constexpr std::array<int64_t, 4> kSteps{1'00, 1'00, 50'00, 100'00};
        pay(up_to(price, who_ == 0 ? 100'00 : random.pick(kSteps)), at);
        break;
      }
      [[fallthrough]];
    default:
      pay(s_->family == Family::office ? needed : up_to(needed, 10'00), at);
  }
  ++s_->periods;
  schedule(day.date);
}

// At most one of the rarer things a month.
void Life::plan_event(std::span<const Day> month) {
  Random& random = s_->random;
  s_->event_on = month[static_cast<size_t>(random.below(static_cast<int64_t>(month.size())))].date;
  const bool quits = random.chance(11);
  if (!quits || s_->quits != kNever || who_ == 0 || s_->habit == Habit::never || s_->event_on <= s_->opened)
    return;
  s_->quits = s_->event_on;
  if (random.chance(700)) s_->cancels = add_days(s_->quits, random.between(15, 50));
}

void Life::happen(const Day& day) {
  Random& random = s_->random;
  if (who_ == 0) {
    if (random.chance(400)) film(day);
    return;
  }
  const int64_t roll = random.below(1000);
  const bool at_home = s_->family != Family::office;
  if (roll < 210) {
    if (at_home) film(day);
  } else if (roll < 390) {
    if (at_home) pay(random.between(1, 5) * 100'00, by_day(day));
  } else if (roll < 430) {
    change_tariff(day);
  } else if (roll < 442) {
    reverse_one(day);
  } else if (roll < 460) {
    Action& visit = add(Kind::post_visit, by_day(day));
    visit.amount = kVisit;
    spend(kVisit);
  } else if (roll < 464) {
    add(Kind::block, by_day(day));
    s_->funded = false;
    s_->unblock_on = add_days(day.date, random.between(1, 6));
    if (s_->unblock_on >= past_) s_->unblock_on = kNever;
  } else if (roll < 620 && s_->habit == Habit::ahead) {
    freeze(day);
  }
}

void Life::film(const Day& day) {
  const int64_t price = s_->random.between(1, 4) * 100'00 - 1'00;
  const uint32_t at = by_day(day);
  pay(up_to(price, 100'00), at);
  if (s_->funds < price) return;  // it may be owed for something else
  add(Kind::post_film, at + 180).amount = price;
  spend(price);
}

// At the next period, to a tariff that it has never had: one that is still waiting for its period cannot be
// refused.
void Life::change_tariff(const Day& day) {
  Random& random = s_->random;
  const FamilyTerms& terms = terms_of(s_->family);
  if (terms.months != 1 || s_->unblock_on != kNever || day.date < s_->frozen_past) return;
  const int step = random.chance(650) ? 1 : -1;
  const int to = s_->tariff - terms.first + step;
  if (to < 0 || to >= terms.count || (s_->had >> to & 1) != 0) return;
  s_->tariff = static_cast<uint8_t>(terms.first + to);
  s_->had = static_cast<uint16_t>(s_->had | 1u << to);
  add(Kind::switch_tariff, by_day(day));
  const int64_t price = std::max(s_->charged, price_on(day.date));
  spend(price - s_->charged);
  s_->charged = price;
}

// Only who has always had the money is on for certain, and is asked for no promise.
void Life::freeze(const Day& day) {
  const bool can = s_->funded && s_->funds >= s_->charged + extras() && s_->unblock_on == kNever &&
                   terms_of(s_->family).months == 1 && s_->family != Family::trust &&
                   s_->promised == Date{} &&
                   day.date.days >= s_->frozen_past.days + (s_->frozen_past == Date{} ? 0 : 60);
  if (!can) return;
  Action& action = add(Kind::freeze, by_day(day));
  action.day = add_days(day.date, s_->random.between(1, 5));
  action.detail = static_cast<uint32_t>(s_->random.between(7, 30));
  s_->frozen_past = add_days(action.day, action.detail + 1);
}

// A payment that was not meant for this account, or all but a part of it.
void Life::reverse_one(const Day& day) {
  const uint32_t at = by_day(day);
  const int64_t amount = s_->random.between(2, 15) * 100'00;
  const uint32_t payment = pay(amount, at);
  const uint8_t provider = out_->back().item;
  Action& action = add(Kind::reverse, at + static_cast<uint32_t>(s_->random.between(300, 6'000)));
  action.item = provider;
  action.detail = payment;
  action.amount = s_->random.chance(700) ? 0 : amount / 2;
  spend(action.amount == 0 ? amount : action.amount);
}

void Life::leave(const Day& day) {
  s_->left = true;
  const uint32_t at = by_day(day);
  if (s_->tv) add(Kind::cancel, at).item = static_cast<uint8_t>(Service::tv);
  if (s_->static_ip) add(Kind::cancel, at).item = static_cast<uint8_t>(Service::static_ip);
  add(Kind::cancel, at).item = static_cast<uint8_t>(Service::internet);
  if (s_->habit == Habit::never) add(Kind::close, at + 60);
}

}  // namespace provodka::tools::sample
