#pragma once

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

// Why a subscription is off; also the reason for which its access points are.
enum class Why : uint32_t {
  none,     // it is on; or it is off and about to be charged
  unpaid,   // its price was more than what was there
  debt,     // charged nevertheless, and not paid in time
  frozen,   // at the subscriber's wish
  blocked,  // all of its access points are blocked for reasons that are not its own
  ended,
  not_started,
};

inline constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

// Days are local dates of the tenant, as days since 1970-01-01; `past` is the first day behind.
struct SubscriptionRow {
  StringRef name;
  int64_t price_minor;      // of a whole period, in the current segment
  int64_t credit_minor;     // unused money that has to be given back
  int64_t vat_gross_minor;  // what was charged in vat_month, less what was credited
  uint64_t points;          // of the account's access points in their order, a bit each; all: all bits
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
  int32_t vat_month;  // its first day
  uint32_t counted;   // 1: periods count from the anchor whatever the tariff says
};

}  // namespace provodka::subscription
