#pragma once

#include "ledger/core/date.h"

#include <cstdint>
#include <string>

namespace provodka::tools::sample {

struct Plan {
  uint32_t subscribers = 0;
  uint32_t months = 0;
  uint64_t seed = 1;
  Date from;
  std::string tenant;

  Date past() const { return add_months_clamped(from, static_cast<int>(months)); }
};

inline constexpr uint32_t kSecondsPerDay = 86'400;
inline constexpr uint32_t kFirstAccount = 100'042;  // the one that tools/run shows

enum class Kind : uint8_t {
  // of the operator
  set_up,
  raise_prices,
  run_billing,
  run_billing_at_end,
  // of a subscriber
  register_person,  // item: 1 a company
  open,             // item: the same; amount: the credit limit
  place_point,      // where the account's own point is
  add_point,
  start,  // item: the service; tariff
  grant,  // a discount
  add_extra,
  agree,    // to instalments
  pay,      // item: the provider
  reverse,  // item: the provider; detail: the payment's number; amount: 0 for all of it
  post_connection,
  post_film,
  post_visit,
  promise,  // detail: days
  switch_tariff,
  freeze,  // day: the first; detail: days
  block,
  unblock,
  cancel,  // item: the service
  close,
};

// One command to be, small enough to keep those of a month and sort them.
struct Action {
  uint32_t at = 0;      // seconds since the plan's first midnight
  uint32_t who = 0;     // a subscriber, counted from 0
  uint32_t number = 0;  // counts the subscriber's commands
  Kind kind{};
  uint8_t item = 0;
  uint8_t tariff = 0;
  uint32_t detail = 0;
  Date day;
  int64_t amount = 0;
};

}  // namespace provodka::tools::sample
