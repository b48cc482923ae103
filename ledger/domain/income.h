#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/domain/world.h"

#include <optional>

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

// What a subscription was charged in the month of a day at a rate, where that is still known.
const subscription::VatSum* vat_sum(const subscription::SubscriptionRow&, Date day, Decimal percent);

// The VAT of a subscription's charge, or of a credit where the amount is below zero, in the month of a day:
// V(gross after) - V(gross before), so that lines of days add up to the VAT of the month.
int64_t vat_of(const subscription::SubscriptionRow&, const Vat&, Date day, int64_t amount_minor);

}  // namespace provodka
