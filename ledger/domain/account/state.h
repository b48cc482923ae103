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
  uint32_t first_subscription;  // the newest first; none is 0xffffffff
  uint32_t arrangement;         // none is 0xffffffff
};
static_assert(sizeof(AccountRow) == 64, "a line of the cache: every entry touches one of a million rows");

// What was arranged with a subscriber apart from his subscriptions. Most accounts have none.
struct ArrangementRow {
  int64_t promise_minor;       // lent on a promised payment
  int64_t promise_left_minor;  // of it, less what was paid since
  int64_t overdue_us;          // a debt has grace until then; 0: none
  int32_t promise_until;       // over when this day begins
  int32_t promise_given;       // the last one's day; 0: never
  uint32_t first_plan;         // extras and instalments, the newest first; none is 0xffffffff
  uint32_t account;
};

}  // namespace provodka::account
