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
  uint32_t reserved;
};

}  // namespace provodka::tenant
