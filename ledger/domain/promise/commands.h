#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

namespace provodka::promise {

// Lends an amount until the midnight after so many full days that follow today.
struct GivePromise {
  static constexpr std::string_view type = "promise.give";
  Id account;
  Amount amount;
  uint32_t days;
};
BOOST_DESCRIBE_STRUCT(GivePromise, (), (account, amount, days))

}  // namespace provodka::promise
