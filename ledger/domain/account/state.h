#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::account {

enum class Status : uint32_t { open = 0, closed = 1 };

struct AccountRow {
  StringRef name;  // the operator's own number
  StringRef label;
  int64_t balance_minor;  // of customer/<name>; positive is the subscriber's credit
  int64_t credit_limit_minor;
  uint64_t version;  // the tenant's sequence of the last event that touched it
  uint32_t tenant;
  Status status;
  uint32_t first_point;  // the account's access points, in order of opening; none is 0xffffffff
  uint32_t points_on;
};

}  // namespace provodka::account
