#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/core/time_of_day.h"

namespace provodka::period {

// Months are closed up to and with this one: no entry takes an effective date inside them any more.
struct ClosePeriod {
  static constexpr std::string_view type = "period.close";
  Month month;
};
BOOST_DESCRIBE_STRUCT(ClosePeriod, (), (month))

struct ReopenPeriod {
  static constexpr std::string_view type = "period.reopen";
  Month month;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(ReopenPeriod, (), (month, reason))

}  // namespace provodka::period
