#pragma once

#include "ledger/core/date.h"
#include "ledger/domain/income.h"
#include "ledger/domain/subscription/state.h"
#include "ledger/domain/world.h"

// What a stretch of days costs. The one mechanism behind charges, credits and what is needed.
namespace provodka::subscription {

// The price of the days a..b, counted from 1, of a period of n days at the price P, half up to the minor
// unit: R(P*b/n) - R(P*(a-1)/n). So the slices of a period always add up to P.
int64_t slice(int64_t price_minor, int32_t n, int32_t a, int32_t b);

// The same of a part of a whole period.
int64_t slice(int64_t price_minor, Period whole, Period part);

// The price of the days first..past-1 of the period of the row, at its price.
int64_t price_of(const SubscriptionRow&, int32_t first, int32_t past);

// Whether a subscription's periods count from its anchor, in place of the calendar's.
bool counts_from_anchor(const tariff::TariffRow&, const SubscriptionRow&);

// The period of a tariff around a day.
Period period_around(const tariff::TariffRow&, const SubscriptionRow&, Date day);

// The version of the tariff that holds on a day; none is kNone.
uint32_t version_on(const World&, uint32_t any_version, Date day);

// The price of a whole period, gross: the version's, or one of its own, less the discounts of a day.
struct Price {
  int64_t minor;
  int64_t discount_minor;
  bool clamped;  // the discounts were more than the price
};
Price price_on(const World&, const SubscriptionRow&, uint32_t version, Date day);

// Hours of a subscription that is charged by them, begun since it was last posted and up to an instant: one
// that has begun counts.
int64_t hours_begun(const SubscriptionRow&, Instant);
bool is_by_hour(const tariff::TariffRow&);

// What was charged, less what was used, when a running subscription goes off: below zero where it is paid for
// afterwards. `from` is the first day that is not used; hours end `at`.
int64_t unused_of(const World&, const SubscriptionRow&, Date from, Instant at);

}  // namespace provodka::subscription
