#include "ledger/process/charging.h"

#include <algorithm>

namespace provodka::process {

using namespace subscription;
using tariff::Mode;
using tariff::TariffRow;

namespace {

SubscriptionCharged charge_event(const Subject& of, uint32_t s, uint32_t version, int64_t price_minor,
                                 Period period, Period days, int64_t amount_minor) {
  const TariffRow& tariff = of.world.tariffs[version];
  return {.account = of.account_name(),
          .subscription = of.name(s),
          .segment = of.at(s).segment,
          .tariff = {of.world.strings[tariff.name]},
          .version = tariff.version,
          .service = of.service_name(tariff.service),
          .price = of.money(price_minor),
          .from = days.first,
          .to = add_days(days.past, -1),
          .period_from = period.first,
          .period_to = add_days(period.past, -1),
          .amount = of.money(amount_minor),
          .vat = of.money(0),
          .restarted = {},
          .grace_until = {},
          .effective = of.booked_on(days.first),
          .postings = {},
          .available = {},
          .access = {}};
}

// Fills in the tax and the months, and draws up the entry.
std::optional<Event> post_charge(const Subject& of, uint32_t s, SubscriptionCharged event, uint32_t version) {
  const uint32_t service = of.world.tariffs[version].service;
  const Vat vat = vat_on(of.world, service, event.from);
  const int64_t tax = vat_of(of.at(s), vat, event.from, event.amount.minor);
  const Period whole{event.period_from, add_days(event.period_to, 1)};
  const Parts parts = event.hours
                          ? Parts{tax, {}, 0}
                          : parts_of(of, event.price.minor, whole, {event.from, add_days(event.to, 1)},
                                     event.from, event.amount.minor, tax, vat);
  event.vat.minor = tax;
  event.vat_rate = vat.on_record();
  event.deferred = parts.deferred;
  const int64_t amount = event.amount.minor;
  return post(of, std::move(event), service, amount, parts);
}

void show_discount(const Subject& of, const Price& price, SubscriptionCharged& event) {
  if (price.discount_minor > 0) event.discount = of.money(price.discount_minor);
  if (price.clamped) event.clamped = true;
}

// The day after which what is paid for afterwards is a debt.
Date last_day_to_pay(const TariffRow& tariff, Date past) {
  return add_days(past, int64_t{tariff.due_days} - 1);
}

void set_due(const Subject& of, uint32_t s, Date past, SubscriptionCharged& event) {
  const TariffRow& tariff = of.tariff_of(s);
  if (tariff.mode != Mode::arrears) return;
  event.due = last_day_to_pay(tariff, past);
  // A debt that stands already has the grace that it had.
  if (of.available() >= of.terms.threshold_minor)
    event.grace_until = of.world.day_start(of.context.tenant, add_days(*event.due, 1));
}

// The start of the hour of the tenant's day that it is, or the one behind what was charged already.
Instant next_hour(const Subject& of, const SubscriptionRow& row) {
  const Instant midnight = of.world.day_start(of.context.tenant, of.context.today);
  const int64_t into = std::max<int64_t>(0, micros_between(midnight, of.context.now));
  return std::max(add_micros(midnight, into / kHourUs * kHourUs), Instant{row.hour_us});
}

std::optional<Event> begin_period(const Subject& of, uint32_t s, const Offer& offer) {
  const TariffRow& tariff = of.world.tariffs[offer.version];
  PeriodBegun event{.account = of.account_name(),
                    .subscription = of.name(s),
                    .segment = of.at(s).segment + 1,
                    .tariff = {of.world.strings[tariff.name]},
                    .version = tariff.version,
                    .service = of.service_name(tariff.service),
                    .price = of.money(offer.price.minor),
                    .from = offer.first,
                    .period_from = offer.period.first,
                    .period_to = add_days(offer.period.past, -1),
                    .began = {},
                    .effective = of.booked_on(offer.first),
                    .standing = of.standing()};
  if (subscription::is_by_hour(tariff)) event.began = next_hour(of, of.at(s));
  return event;
}

}  // namespace

std::optional<Offer> offer(const Subject& of, uint32_t s, Date day) {
  const SubscriptionRow& row = of.at(s);
  const World& world = of.world;
  const bool next = row.next_tariff != kNone && day.days >= row.next_from;
  const uint32_t wanted = next ? row.next_tariff : row.tariff;
  const bool in_period = row.segment > 0 && day.days < row.period_past && !next;
  const TariffRow& tariff = world.tariffs[wanted];
  const Period period = period_around(tariff, row, day);
  // Day by day a new version holds from its day; else from the first period that begins with it in force.
  const bool keeps = in_period && (tariff.mode == Mode::advance || tariff.mode == Mode::arrears) &&
                     !subscription::is_by_hour(tariff);
  // What missed the beginning of its period has the version and the discounts that held then.
  Date since = std::max(period.first, Date{next ? row.next_from : row.entered});
  const bool by_day = tariff.mode == Mode::spread || subscription::is_by_hour(tariff);
  since = by_day ? day : std::min(since, day);
  const uint32_t version = keeps ? wanted : version_on(world, wanted, since);
  if (version == kNone) return std::nullopt;
  const Price price = price_on(world, row, version, since);
  const bool single = tariff.mode == Mode::spread || subscription::is_by_hour(tariff);
  const Date past = single ? add_days(day, 1) : period.past;
  const int64_t amount =
      subscription::is_by_hour(tariff) ? price.minor : slice(price.minor, period, {day, past});
  return Offer{version, price, period, day, past, amount};
}

std::optional<Offer> offer_to_resume(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  const TariffRow& tariff = of.tariff_of(s);
  const Date day = std::max(of.context.today, Date{row.used_past});
  auto offered = offer(of, s, day);
  if (!offered || of.terms.resume == tenant::Resume::prorate || tariff.mode == Mode::spread ||
      of.is_by_hour(s))
    return offered;
  SubscriptionRow restarted = row;
  restarted.anchor = day.days;
  restarted.counted = 1;
  // A new period has the tariff and the version that hold for one.
  const uint32_t wanted = row.next_tariff == kNone ? row.tariff : row.next_tariff;
  if (const uint32_t version = version_on(of.world, wanted, day); version != kNone)
    offered->version = version;
  offered->price = price_on(of.world, row, offered->version, day);
  offered->period = period_around(of.world.tariffs[offered->version], restarted, day);
  offered->past = offered->period.past;
  offered->amount_minor = offered->price.minor;
  offered->restarts = true;
  return offered;
}

std::optional<Offer> shortened(const Subject& of, Offer offer) {
  while (offer.past > offer.first && !of.can_pay(offer.amount_minor)) {
    offer.past = add_days(offer.past, -1);
    if (offer.past == offer.first) return std::nullopt;
    offer.amount_minor = slice(offer.price.minor, offer.period, {offer.first, offer.past});
  }
  return offer;
}

int64_t due_at_once(const Subject& of, uint32_t s, const Offer& offer) {
  const TariffRow& tariff = of.world.tariffs[offer.version];
  const int64_t fee = of.at(s).fees_due & kSetupDue ? tariff.setup_fee_minor : 0;
  return fee + (tariff.mode == Mode::arrears ? 0 : offer.amount_minor);
}

std::optional<Event> take(const Subject& of, uint32_t s, const Offer& offer, bool on_credit) {
  const SubscriptionRow& row = of.at(s);
  const TariffRow& tariff = of.world.tariffs[offer.version];
  if (row.fees_due & kSetupDue && tariff.setup_fee_minor > 0) return charge_fee(of, s, Fee::setup);
  if (tariff.mode == Mode::arrears || tariff.mode == Mode::hourly) return begin_period(of, s, offer);

  Offer part = offer;
  part.past = same_rate_until(of.world, tariff.service, offer.first, offer.past);
  if (part.past < offer.past)
    part.amount_minor = slice(offer.price.minor, offer.period, {part.first, part.past});
  // The next line of a segment that is charged in lines, or a segment of its own.
  const bool goes_on = row.segment > 0 && row.state == State::active && row.charged_past == part.first.days &&
                       row.period_first == part.period.first.days && row.price_minor == part.price.minor &&
                       !part.restarts;
  auto event = charge_event(of, s, offer.version, part.price.minor, part.period, {part.first, part.past},
                            part.amount_minor);
  if (!goes_on) ++event.segment;
  show_discount(of, part.price, event);
  if (part.past < offer.past) event.continues = true;
  if (offer.restarts) event.restarted = true;
  if (subscription::is_by_hour(tariff)) {
    event.hours = 1;
    event.began = row.state == State::active ? Instant{row.hour_us} : next_hour(of, row);
    event.ended = add_micros(*event.began, kHourUs);
  }
  // A debt that stands already has the grace that it had.
  if (on_credit && of.available() >= of.terms.threshold_minor)
    event.grace_until = add_micros(of.context.now, int64_t{of.terms.grace_hours} * kHourUs);
  return post_charge(of, s, std::move(event), offer.version);
}

std::optional<Event> settle_closed_segment(const Subject& of) {
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    if (row.credit_minor == 0) continue;
    const TariffRow& tariff = of.tariff_of(s);
    const Period period{{row.period_first}, {row.period_past}};
    Period days{{row.credit_first}, {row.credit_past}};
    if (row.credit_minor < 0) {  // used, and not charged yet
      auto event = charge_event(of, s, row.tariff, row.price_minor, period, days, -row.credit_minor);
      event.closing = true;
      if (of.is_by_hour(s)) {
        event.hours = static_cast<uint32_t>(-row.credit_minor / std::max<int64_t>(1, row.price_minor));
        event.began = Instant{row.hour_us};
        event.ended = add_micros(*event.began, int64_t{*event.hours} * kHourUs);
        event.from = event.to = event.period_from = event.period_to =
            of.world.zone(of.context.tenant).local_date(*event.began);
        event.effective = of.booked_on(event.from);
      } else {
        event.effective = of.booked_on(event.to);
        set_due(of, s, days.past, event);
      }
      return post_charge(of, s, std::move(event), row.tariff);
    }
    // As it was charged: the part before a change of the rate with the old one.
    const bool before = row.credit_first < row.rate_from;
    const VatSum& charged = row.vat[before ? 1 : 0];
    const bool known = days.first < days.past && days.past <= period.past && days.first >= period.first;
    int64_t amount = row.credit_minor;
    if (known && before && days.past.days > row.rate_from) {
      days.past = Date{row.rate_from};
      amount = std::min(amount, slice(row.price_minor, period, days));
    }
    const Vat vat{Decimal::from_billionths(charged.rate)};
    const Date month = charged.month == kNever ? of.context.today : Date{charged.month};
    const int64_t tax = vat_of(row, vat, month, -amount);
    const Parts parts =
        known ? parts_of(of, row.price_minor, period, days, Date{row.segment_first}, -amount, tax, vat)
              : Parts{tax, {}, 0};
    return post(of,
                SubscriptionCredited{.account = of.account_name(),
                                     .subscription = of.name(s),
                                     .segment = row.segment,
                                     .service = of.service_name(tariff.service),
                                     .from = known ? std::optional(days.first) : std::nullopt,
                                     .to = known ? std::optional(add_days(days.past, -1)) : std::nullopt,
                                     .amount = of.money(amount),
                                     .vat = of.money(-tax),
                                     .vat_rate = vat.on_record(),
                                     .deferred = parts.deferred,
                                     .effective = of.context.today,
                                     .postings = {},
                                     .available = {},
                                     .access = {}},
                tariff.service, -amount, parts);
  }
  return std::nullopt;
}

std::optional<Event> post_hours(const Subject& of, uint32_t s, Instant end) {
  const SubscriptionRow& row = of.at(s);
  const int64_t hours = hours_begun(row, end);
  const Date day = of.world.zone(of.context.tenant).local_date(Instant{row.hour_us});
  const Period whole{day, add_days(day, 1)};
  auto event = charge_event(of, s, row.tariff, row.price_minor, whole, whole, hours * row.price_minor);
  event.hours = static_cast<uint32_t>(hours);
  event.began = Instant{row.hour_us};
  event.ended = end;
  // The hours are taken off what is available already.
  if (of.tariff_of(s).shortage == tariff::Shortage::debt && of.available() < of.terms.threshold_minor &&
      of.available() + event.amount.minor >= of.terms.threshold_minor) {
    event.grace_until = add_micros(of.context.now, int64_t{of.terms.grace_hours} * kHourUs);
  }
  return post_charge(of, s, std::move(event), row.tariff);
}

std::optional<Event> charge_in_arrears(const Subject& of, uint32_t s) {
  const SubscriptionRow& row = of.at(s);
  const Period period{{row.period_first}, {row.period_past}};
  const Period days{{row.charged_past}, period.past};
  auto event = charge_event(of, s, row.tariff, row.price_minor, period, days,
                            price_of(row, days.first.days, days.past.days));
  event.effective = of.booked_on(event.to);
  set_due(of, s, days.past, event);
  return post_charge(of, s, std::move(event), row.tariff);
}

std::optional<Event> charge_fee(const Subject& of, uint32_t s, Fee fee) {
  const SubscriptionRow& row = of.at(s);
  const uint32_t service = of.tariff_of(s).service;
  const Vat vat = vat_on(of.world, service, of.context.today);
  const int64_t amount = fee == Fee::freeze ? of.terms.freeze_fee_minor
                                            : gross_of(vat, of.world.tariffs[row.tariff].setup_fee_minor);
  const int64_t tax = vat_in(vat, amount);
  return post(of,
              FeeCharged{.account = of.account_name(),
                         .subscription = of.name(s),
                         .fee = fee,
                         .service = of.service_name(service),
                         .amount = of.money(amount),
                         .vat = of.money(tax),
                         .vat_rate = vat.on_record(),
                         .effective = of.context.today,
                         .postings = {},
                         .available = {},
                         .access = {}},
              service, amount, Parts{tax, {}, 0});
}

}  // namespace provodka::process
