#include "ledger/domain/subscription/pricing.h"

#include "ledger/core/allocate.h"
#include "ledger/core/invariant.h"
#include "ledger/core/rounding.h"

#include <algorithm>

namespace provodka::subscription {
namespace {

Date first_of_month(int year, int month) { return Date::from_ymd(year, month, 1).value(); }

}  // namespace

int64_t slice(int64_t price_minor, int32_t n, int32_t a, int32_t b) {
  INVARIANT(price_minor >= 0, "a price is zero or more", price_minor);
  return slice_of({price_minor, {}}, a, b, n).minor;
}

int64_t slice(int64_t price_minor, Period whole, Period part) {
  return slice(price_minor, whole.days(), part.first.days - whole.first.days + 1,
               part.past.days - whole.first.days);
}

int64_t price_of(const SubscriptionRow& row, int32_t first, int32_t past) {
  first = std::max(first, row.period_first);  // a period may be paid for the evening before it
  if (past <= first) return 0;
  return slice(row.price_minor, {{row.period_first}, {row.period_past}}, {{first}, {past}});
}

bool counts_from_anchor(const tariff::TariffRow& tariff, const SubscriptionRow& row) {
  return tariff.anchor == tariff::Anchor::start || row.counted != 0;
}

Period period_around(const tariff::TariffRow& tariff, const SubscriptionRow& row, Date day) {
  using tariff::Length;
  const bool counts = counts_from_anchor(tariff, row);
  const Date anchor{row.anchor};
  switch (tariff.length) {
    case Length::week: {
      // The calendar's week begins on a Monday, and 1970-01-05 was one.
      const int32_t from = counts ? anchor.days : 4;
      const int32_t k = (day.days - from) / 7 - ((day.days - from) % 7 < 0 ? 1 : 0);
      return {{from + 7 * k}, {from + 7 * k + 7}};
    }
    case Length::day:
    case Length::hour:
      return {day, add_days(day, 1)};
    case Length::month:
    case Length::quarter:
    case Length::year:
      break;
  }
  const int months = tariff.length == Length::month ? 1 : tariff.length == Length::quarter ? 3 : 12;
  if (!counts) {
    const int month = (day.month() - 1) / months * months + 1;
    const Date first = first_of_month(day.year(), month);
    return {first, add_months_clamped(first, months)};
  }
  int k = ((day.year() - anchor.year()) * 12 + day.month() - anchor.month()) / months;
  while (add_months_clamped(anchor, k * months) > day) --k;
  while (add_months_clamped(anchor, (k + 1) * months) <= day) ++k;
  return {add_months_clamped(anchor, k * months), add_months_clamped(anchor, (k + 1) * months)};
}

uint32_t version_on(const World& world, uint32_t any_version, Date day) {
  const auto first = world.find_tariff(TenantId(world.tariffs[any_version].tenant),
                                       world.strings[world.tariffs[any_version].name]);
  uint32_t found = kNone;
  for (uint32_t v = *first; v != kNone && world.tariffs[v].effective <= day.days; v = world.tariffs[v].next)
    found = v;
  return found;
}

Price price_on(const World& world, const SubscriptionRow& row, uint32_t version, Date day) {
  const tariff::TariffRow& tariff = world.tariffs[version];
  const bool own = row.override_minor >= 0 && day.days < row.override_past;
  const int64_t full = own ? row.override_minor : tariff.price_minor;
  int64_t price = full;
  for (uint32_t d = row.first_discount; d != kNone; d = world.discounts[d].next) {
    const DiscountRow& discount = world.discounts[d];
    if (day.days < discount.from || day.days >= discount.past) continue;
    price = discount.share > 0
                ? divide(__int128{std::max<int64_t>(price, 0)} * (Decimal::one - discount.share),
                         Decimal::one, Rounding::half_up)
                      .value()
                : price - discount.amount_minor;
  }
  const Vat vat = vat_on(world, tariff.service, day);
  const int64_t left = std::max<int64_t>(price, 0);
  return {gross_of(vat, left), full - left, price < 0};
}

int64_t hours_begun(const SubscriptionRow& row, Instant at) {
  constexpr int64_t kHour = 3600 * micros_per_second;
  return at.micros <= row.hour_us ? 0 : (at.micros - row.hour_us + kHour - 1) / kHour;
}

bool is_by_hour(const tariff::TariffRow& tariff) { return tariff.length == tariff::Length::hour; }

int64_t unused_of(const World& world, const SubscriptionRow& row, Date from, Instant at) {
  const tariff::TariffRow& tariff = world.tariffs[row.tariff];
  // A freeze of a period of its own length left the rest of it paid.
  if (row.state == State::off && row.why == Why::frozen && row.charged_past > row.used_past)
    return std::max<int64_t>(0, price_of(row, row.used_past, row.charged_past) - row.reversed_minor);
  if (row.state != State::active) return 0;
  if (tariff.mode == tariff::Mode::hourly) return -hours_begun(row, at) * row.price_minor;
  if (is_by_hour(tariff)) return 0;  // an hour that has begun is used
  if (tariff.mode == tariff::Mode::arrears) return -price_of(row, row.charged_past, from.days);
  return std::max<int64_t>(0, price_of(row, from.days, row.charged_past) - row.reversed_minor);
}

}  // namespace provodka::subscription
