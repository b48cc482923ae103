#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::charge {

// Refused when it would pass the credit limit, unless forced with a reason.
struct PostCharge {
  static constexpr std::string_view type = "charge.post";
  Id account;
  Amount amount;
  Currency currency;
  Id service;
  std::optional<Note> note;
  std::optional<bool> force;
  std::optional<Reason> reason;
};
BOOST_DESCRIBE_STRUCT(PostCharge, (), (account, amount, currency, service, note, force, reason))

// The charge is named by its sequence. Without an amount: all that is left of it.
struct ReverseCharge {
  static constexpr std::string_view type = "charge.reverse";
  Sequence charge;
  std::optional<Amount> amount;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(ReverseCharge, (), (charge, amount, reason))

}  // namespace provodka::charge
