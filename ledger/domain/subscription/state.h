#pragma once

#include "ledger/core/describe.h"
#include "ledger/domain/string_pool.h"

#include <cstdint>
#include <limits>

namespace provodka::subscription {

enum class State : uint32_t {
  pending,  // begins on a later day
  trial,    // on, and free until `due`
  active,   // on, and paid up to `charged_past`
  off,      // for the reason in `why`
  ended,
};

BOOST_DESCRIBE_ENUM(State, pending, trial, active, off, ended)

inline bool is_on(State state) { return state == State::active || state == State::trial; }

// Why a subscription is off; also the reason for which its access points are.
enum class Why : uint32_t {
  none,     // it is on; or it is off and about to be charged
  unpaid,   // its price was more than what was there
  debt,     // charged nevertheless, and not paid in time
  frozen,   // at the subscriber's wish
  blocked,  // all of its access points are blocked for reasons that are not its own
  ended,
  not_started,
  outage,  // in reports alone: days that passed while the ledger was down
};

BOOST_DESCRIBE_ENUM(Why, none, unpaid, debt, frozen, blocked, ended, not_started, outage)

inline constexpr uint32_t kSetupDue = 1, kFreezeDue = 2;

inline constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

// A discount on a subscription's price, in billionths of it or as an amount off it.
struct DiscountRow {
  int64_t share;  // 0: an amount
  int64_t amount_minor;
  int32_t from;
  int32_t past;
  uint32_t order;
  uint32_t next;  // of the same subscription, in the order in which they are taken off
};

// What was charged in a month at a rate, less what was credited.
struct VatSum {
  int64_t gross_minor;
  int64_t rate;   // billionths
  int32_t month;  // its first day
  uint32_t reserved;
};

// Days are local dates of the tenant, as days since 1970-01-01; `past` is the first day behind.
struct SubscriptionRow {
  StringRef name;
  int64_t price_minor;     // of a whole period, in the current segment
  int64_t credit_minor;    // unused money that has to be given back
  VatSum vat[2];           // the last, and the one before: a period may go over a change of the rate
  int64_t override_minor;  // a price of its own, without VAT where the service has it on top; below 0: none
  int64_t reversed_minor;  // of the charges of the current segment
  int64_t hour_us;         // hours are charged, or were posted, up to here
  uint64_t points;         // of the account's access points in their order, a bit each; all: all bits
  uint32_t account;
  uint32_t tariff;       // the version in force
  uint32_t next_tariff;  // from the next period on; none is 0xffffffff
  uint32_t next;         // of the same account
  uint32_t segment;      // counted from 1; 0: nothing has been charged yet
  State state;
  Why why;
  uint32_t trial_done;
  int32_t anchor;        // the day that periods count from
  int32_t period_first;  // the current or last period
  int32_t period_past;
  int32_t charged_past;  // in it: charged up to here
  int32_t used_past;     // days before this one have been used or were let pass
  int32_t due;           // the day on which something has to happen; kNever: none
  int32_t freeze_first;  // kNever: none is planned
  int32_t freeze_past;
  int32_t cancel_on;
  int32_t switched_on;
  uint32_t counted;      // 1: periods count from the anchor whatever the tariff says
  int32_t credit_first;  // the days that credit_minor is for
  int32_t credit_past;
  int32_t override_past;
  uint32_t first_discount;  // none is 0xffffffff
  int32_t frozen_year;      // of the days that are counted in frozen_days
  uint32_t frozen_days;
  uint32_t fees_due;      // bits: kSetupDue, kFreezeDue
  int32_t next_from;      // the day from which next_tariff holds
  int32_t entered;        // the day from which the present tariff does
  int32_t segment_first;  // the first day that the current segment was charged for
  int32_t rate_from;  // its days before this one were charged at the rate of vat[1], the others at vat[0]'s
  int32_t recalculated_past;  // days before it were given back already, for an outage
  uint32_t reserved;
};

}  // namespace provodka::subscription
