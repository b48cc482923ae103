#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"

namespace provodka::writeoff {

struct WriteoffMade {
  static constexpr std::string_view type = "writeoff.made.v1";
  Id account;
  Money amount;
  Reason reason;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(WriteoffMade, (), (account, amount, reason, effective, postings, available, access))

}  // namespace provodka::writeoff
