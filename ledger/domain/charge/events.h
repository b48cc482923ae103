#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/ids.h"
#include "ledger/domain/account/standing.h"

#include <optional>

namespace provodka::charge {

struct ChargePosted {
  static constexpr std::string_view type = "charge.posted.v1";
  Id account;
  Money amount;
  Id service;
  std::optional<Money> vat = {};  // contained in the amount
  std::optional<Decimal> vat_rate = {};
  std::optional<Note> note;
  std::optional<bool> forced;  // past the credit limit, by the reason beside it
  std::optional<Reason> reason;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(ChargePosted, (),
                      (account, amount, service, vat, vat_rate, note, forced, reason, effective, postings,
                       available, access))

struct ChargeReversed {
  static constexpr std::string_view type = "charge.reversed.v1";
  Id account;
  Money amount;  // of this reversal
  Id service;
  Sequence reverses;  // the charge's sequence
  Money left;         // of the charge
  std::optional<Money> vat = {};
  std::optional<Decimal> vat_rate = {};  // as it was charged
  std::optional<Id> subscription = {};   // that was charged
  std::optional<uint32_t> segment = {};
  std::optional<Date> from = {};  // the first day that was charged
  Reason reason;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(ChargeReversed, (),
                      (account, amount, service, reverses, left, vat, vat_rate, subscription, segment, from,
                       reason, effective, postings, available, access))

}  // namespace provodka::charge
