#include "ledger/domain/subscription/pricing.h"

#include "ledger/core/invariant.h"

#include <algorithm>

namespace provodka::subscription {
namespace {

// Half up, of numbers from zero on.
int64_t rounded(__int128 num, __int128 den) { return static_cast<int64_t>((2 * num + den) / (2 * den)); }

Date first_of_month(int year, int month) { return Date::from_ymd(year, month, 1).value(); }

}  // namespace

int64_t slice(int64_t price_minor, int32_t n, int32_t a, int32_t b) {
  INVARIANT(price_minor >= 0 && 1 <= a && a <= b + 1 && b <= n, "a slice lies in its period", n, a, b);
  return rounded(__int128{price_minor} * b, n) - rounded(__int128{price_minor} * (a - 1), n);
}

int64_t price_of(const SubscriptionRow& row, int32_t first, int32_t past) {
  first = std::max(first, row.period_first);  // a period may be paid for the evening before it
  if (past <= first) return 0;
  return slice(row.price_minor, row.period_past - row.period_first, first - row.period_first + 1,
               past - row.period_first);
}

Period period_around(const tariff::TariffRow& tariff, const SubscriptionRow& row, Date day) {
  using tariff::Length;
  const bool counts = tariff.anchor == tariff::Anchor::start || row.counted != 0;
  const Date anchor{row.anchor};
  switch (tariff.length) {
    case Length::day:
      return {day, add_days(day, 1)};
    case Length::week: {
      // The calendar's week begins on a Monday, and 1970-01-05 was one.
      const int32_t from = counts ? anchor.days : 4;
      const int32_t k = (day.days - from) / 7 - ((day.days - from) % 7 < 0 ? 1 : 0);
      return {{from + 7 * k}, {from + 7 * k + 7}};
    }
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

Vat vat_on(const World& world, uint32_t service, Date day) {
  Vat vat;
  for (uint32_t v = world.services[service].first_vat; v != kNone && world.vat_rates[v].from <= day.days;
       v = world.vat_rates[v].next) {
    vat = {Decimal::from_billionths(world.vat_rates[v].rate), world.vat_rates[v].included != 0};
  }
  return vat;
}

int64_t vat_in(const Vat& vat, int64_t gross_minor) {
  const __int128 rate = vat.percent.billionths();
  const __int128 hundred = __int128{100} * Decimal::one;
  if (gross_minor < 0) return -vat_in(vat, -gross_minor);
  return rounded(gross_minor * rate, hundred + rate);
}

int64_t gross_of(const Vat& vat, int64_t price_minor) {
  if (vat.included) return price_minor;
  const __int128 hundred = __int128{100} * Decimal::one;
  return rounded(price_minor * (hundred + vat.percent.billionths()), hundred);
}

}  // namespace provodka::subscription
