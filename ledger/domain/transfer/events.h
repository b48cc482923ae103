#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"

#include <optional>

namespace provodka::transfer {

struct TransferMade {
  static constexpr std::string_view type = "transfer.made.v1";
  Id from;
  Id to;
  Money amount;
  std::optional<Note> note;
  Date effective;
  book::Postings postings;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(TransferMade, (), (from, to, amount, note, effective, postings, standing))

}  // namespace provodka::transfer
