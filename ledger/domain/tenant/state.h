#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::tenant {

struct TenantRow {
  StringRef name;  // the tenant's id
  StringRef zone;  // IANA
  StringRef locale;
  StringRef log_key;  // verifier key of its checkpoints
  uint64_t events;    // how many it has: the sequence of the last
  uint32_t currency;  // ISO 4217 numeric
  uint32_t accounts;  // how many are open
};

}  // namespace provodka::tenant
