#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::tenant {

enum class Resume : uint32_t { prorate, restart };
enum class Unused : uint32_t { credit, keep };

struct TenantRow {
  StringRef name;  // the tenant's id
  StringRef zone;  // IANA
  StringRef locale;
  StringRef log_key;        // verifier key of its checkpoints
  uint64_t events;          // how many it has: the sequence of the last
  uint32_t currency;        // ISO 4217 numeric
  uint32_t accounts;        // how many are open
  int64_t threshold_minor;  // access goes off below it
  int64_t promise_max_minor;
  uint32_t promise_max_days;  // 0: nothing is lent on a promise
  uint32_t promise_interval_days;
  uint32_t grace_hours;
  Resume resume;
  Unused unused_on_block;
  uint32_t blocking_from;  // minutes of the local day; both the same: at any hour
  uint32_t blocking_to;
  uint32_t freeze_min_days;
  uint32_t freeze_max_days;   // 0: any
  uint32_t freeze_year_days;  // 0: any
  int64_t freeze_fee_minor;
  int32_t open_from;  // the first day that is in no closed month
  int32_t reserved;
  int64_t run_through_us;  // of the last billing run; 0: none
  // Subscriptions that have begun and not ended, by subscription::Why; those that are on are at none.
  uint32_t subscriptions[8];
  uint32_t outage_days;  // skipped since the last run, for the ledger was down
  uint32_t trials;       // on, and nothing is charged yet
};

}  // namespace provodka::tenant
