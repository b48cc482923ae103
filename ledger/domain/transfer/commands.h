#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::transfer {

struct MakeTransfer {
  static constexpr std::string_view type = "transfer.make";
  Id from;
  Id to;
  Amount amount;
  Currency currency;
  std::optional<Note> note;
};
BOOST_DESCRIBE_STRUCT(MakeTransfer, (), (from, to, amount, currency, note))

}  // namespace provodka::transfer
