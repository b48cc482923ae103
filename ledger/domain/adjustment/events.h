#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"

namespace provodka::adjustment {

struct AdjustmentMade {
  static constexpr std::string_view type = "adjustment.made.v1";
  Id account;
  Money amount;
  Reason reason;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(AdjustmentMade, (), (account, amount, reason, effective, postings, available, access))

}  // namespace provodka::adjustment
