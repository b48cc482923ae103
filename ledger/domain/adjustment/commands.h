#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

namespace provodka::adjustment {

// The amount is signed: positive is the subscriber's gain.
struct MakeAdjustment {
  static constexpr std::string_view type = "adjustment.make";
  Id account;
  Amount amount;
  Currency currency;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(MakeAdjustment, (), (account, amount, currency, reason))

}  // namespace provodka::adjustment
