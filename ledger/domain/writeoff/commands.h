#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

namespace provodka::writeoff {

// Gives up a debt, or a part of it.
struct MakeWriteoff {
  static constexpr std::string_view type = "writeoff.make";
  Id account;
  Amount amount;
  Currency currency;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(MakeWriteoff, (), (account, amount, currency, reason))

}  // namespace provodka::writeoff
