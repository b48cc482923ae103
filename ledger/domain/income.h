#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/describe.h"
#include "ledger/core/money.h"
#include "ledger/core/time_of_day.h"
#include "ledger/domain/world.h"

#include <optional>

#include <boost/container/small_vector.hpp>

// Tax, and months of service: what the rooms that earn money have in common.
namespace provodka {

// A rate of VAT, and whether prices contain it.
struct Vat {
  Decimal percent;
  bool included = true;

  // What an event says of it: nothing where there is no tax.
  std::optional<Decimal> on_record() const {
    return percent == Decimal() ? std::nullopt : std::optional(percent);
  }
};

// The rate of a service on a day, and the VAT in a gross amount, half up, for either sign.
Vat vat_on(const World&, uint32_t service, Date day);
int64_t vat_in(const Vat&, int64_t gross_minor);

// What a price becomes with VAT that is not included.
int64_t gross_of(const Vat&, int64_t price_minor);

// The first day in (first, past) from which another rate holds; else `past`.
Date same_rate_until(const World&, uint32_t service, Date first, Date past);

// The VAT of a subscription's charge, or of a credit where the amount is below zero, in the month of a day:
// V(gross after) - V(gross before), so that lines of days add up to the VAT of the month.
int64_t vat_of(const subscription::SubscriptionRow&, const Vat&, Date day, int64_t amount_minor);

// Adds to the sum of a month and a rate. False where it is neither the last nor the one before, unless it may
// begin a new one.
bool add_to_vat_sum(subscription::SubscriptionRow&, Date day, std::optional<Decimal> rate,
                    int64_t gross_minor, bool may_begin);

}  // namespace provodka
