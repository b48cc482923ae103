#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/domain/subscription/state.h"
#include "ledger/domain/world.h"

// What a stretch of days costs. The one mechanism behind charges, credits and what is needed.
namespace provodka::subscription {

// The price of the days a..b, counted from 1, of a period of n days at the price P, half up to the minor
// unit: R(P*b/n) - R(P*(a-1)/n). So the slices of a period always add up to P.
int64_t slice(int64_t price_minor, int32_t n, int32_t a, int32_t b);

// The price of the days first..past-1 of the period of the row, at its price.
int64_t price_of(const SubscriptionRow&, int32_t first, int32_t past);

// The period of a tariff around a day, counted from the anchor where it is not the calendar's.
Period period_around(const tariff::TariffRow&, const SubscriptionRow&, Date day);

// The version of the tariff that holds on a day; none is kNone.
uint32_t version_on(const World&, uint32_t any_version, Date day);

// The rate on a day, and the VAT in a gross amount. What a line is charged is V(gross after) - V(gross
// before) of its month, so that lines of days add up to the VAT of the month.
struct Vat {
  Decimal percent;
  bool included = true;
};
Vat vat_on(const World&, uint32_t service, Date day);
int64_t vat_in(const Vat&, int64_t gross_minor);

// What a row's price for days becomes with VAT that is not included.
int64_t gross_of(const Vat&, int64_t price_minor);

}  // namespace provodka::subscription
