#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"
#include "ledger/domain/period/commands.h"

namespace provodka::period {

// With the head of the tenant's log as far as its tree had followed: whoever keeps the checkpoint of that
// size sees that the month never changed.
struct PeriodClosed {
  static constexpr std::string_view type = "period.closed.v1";
  Month month;
  Date open_from;  // the first day that takes entries
  Sequence size;
  Text<64> root;  // base64, as in a checkpoint
  Date effective;
};
BOOST_DESCRIBE_STRUCT(PeriodClosed, (), (month, open_from, size, root, effective))

struct PeriodReopened {
  static constexpr std::string_view type = "period.reopened.v1";
  Month month;
  Date open_from;
  Reason reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(PeriodReopened, (), (month, open_from, reason, effective))

// The income of a month that was charged before it began.
struct IncomeRecognised {
  static constexpr std::string_view type = "income.recognised.v1";
  Id service;
  Month month;
  Money amount;  // without tax
  Date effective;
  book::Postings postings;
};
BOOST_DESCRIBE_STRUCT(IncomeRecognised, (), (service, month, amount, effective, postings))

}  // namespace provodka::period
