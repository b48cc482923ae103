#include "ledger/domain/income.h"

#include <utility>

namespace provodka {
namespace {

// Of numbers from zero on.
int64_t half_up(__int128 num, __int128 den) { return static_cast<int64_t>((2 * num + den) / (2 * den)); }

}  // namespace

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
  return half_up(gross_minor * rate, hundred + rate);
}

int64_t gross_of(const Vat& vat, int64_t price_minor) {
  if (vat.included) return price_minor;
  const __int128 hundred = __int128{100} * Decimal::one;
  return half_up(price_minor * (hundred + vat.percent.billionths()), hundred);
}

int64_t vat_of(const subscription::SubscriptionRow& row, const Vat& vat, Date day, int64_t amount_minor) {
  int64_t before = 0;
  for (const subscription::VatSum& sum : row.vat) {
    if (sum.month == month_of(day).first.days && sum.rate == vat.percent.billionths())
      before = sum.gross_minor;
  }
  return vat_in(vat, before + amount_minor) - vat_in(vat, before);
}

bool add_to_vat_sum(subscription::SubscriptionRow& row, Date day, std::optional<Decimal> rate,
                    int64_t gross_minor, bool may_begin) {
  const int32_t month = month_of(day).first.days;
  const int64_t billionths = rate.value_or(Decimal()).billionths();
  for (subscription::VatSum& sum : row.vat) {
    if (sum.month != month || sum.rate != billionths) continue;
    sum.gross_minor += gross_minor;
    if (may_begin && &sum != &row.vat[0]) std::swap(row.vat[0], row.vat[1]);  // it is the last now
    return true;
  }
  if (!may_begin) return false;
  row.vat[1] = row.vat[0];
  row.vat[0] = {.gross_minor = gross_minor, .rate = billionths, .month = month, .reserved = 0};
  return true;
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
