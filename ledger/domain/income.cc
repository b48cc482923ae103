#include "ledger/domain/income.h"

#include "ledger/core/rounding.h"

namespace provodka {
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
  return divide(gross_minor * rate, hundred + rate, Rounding::half_up).value();
}

int64_t gross_of(const Vat& vat, int64_t price_minor) {
  if (vat.included) return price_minor;
  const __int128 hundred = __int128{100} * Decimal::one;
  return divide(price_minor * (hundred + vat.percent.billionths()), hundred, Rounding::half_up).value();
}

const subscription::VatSum* vat_sum(const subscription::SubscriptionRow& row, Date day, Decimal percent) {
  for (const subscription::VatSum& sum : row.vat) {
    if (sum.month == month_of(day).first.days && sum.rate == percent.billionths()) return &sum;
  }
  return nullptr;
}

int64_t vat_of(const subscription::SubscriptionRow& row, const Vat& vat, Date day, int64_t amount_minor) {
  const subscription::VatSum* sum = vat_sum(row, day, vat.percent);
  const int64_t before = sum ? sum->gross_minor : 0;
  return vat_in(vat, before + amount_minor) - vat_in(vat, before);
}

Date same_rate_until(const World& world, uint32_t service, Date first, Date past) {
  const int64_t rate = vat_on(world, service, first).percent.billionths();
  for (uint32_t v = world.services[service].first_vat; v != kNone; v = world.vat_rates[v].next) {
    const tariff::VatRow& row = world.vat_rates[v];
    if (row.from > first.days && row.from < past.days && row.rate != rate) return {row.from};
  }
  return past;
}

}  // namespace provodka
