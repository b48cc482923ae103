#pragma once

#include "ledger/core/date.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"
#include "ledger/domain/billing/commands.h"
#include "ledger/domain/subscription/state.h"

#include <boost/container/small_vector.hpp>

namespace provodka::billing {

// Subscriptions that are not charged, and why.
struct Skipped {
  subscription::Why reason;
  uint32_t count;
};
BOOST_DESCRIBE_STRUCT(Skipped, (), (reason, count))

// Charges of a service, credits not taken off.
struct Earned {
  Id service;
  uint32_t charges;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(Earned, (), (service, charges, amount))

// Every subscription that has begun and not ended is either charged or skipped, and so is each day that
// passed while the ledger was down and was not paid for: expected is their number.
struct RunCompleted {
  static constexpr std::string_view type = "billing.run_completed.v1";
  Instant through;
  uint32_t expected;
  uint32_t charged;
  boost::container::small_vector<Skipped, 4> skipped;
  boost::container::small_vector<Earned, 4> services;  // since the run before
  std::optional<uint32_t> duration_ms = {};            // of charging what was due
  Date effective;
};
BOOST_DESCRIBE_STRUCT(RunCompleted, (),
                      (through, expected, charged, skipped, services, duration_ms, effective))

}  // namespace provodka::billing
