#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/payment/paid_at.h"

#include <optional>

namespace provodka::payment {

struct PaymentReceived {
  static constexpr std::string_view type = "payment.received.v1";
  Id account;
  Money amount;
  Id provider;
  ExternalId external_id;
  std::optional<PaidAt> paid_at;
  std::optional<Note> note;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(PaymentReceived, (),
                      (account, amount, provider, external_id, paid_at, note, effective, postings, available,
                       access))

struct PaymentReversed {
  static constexpr std::string_view type = "payment.reversed.v1";
  Id account;
  Money amount;  // of this reversal
  Id provider;
  ExternalId external_id;
  Sequence reverses;  // the payment's sequence
  Money left;         // of the payment
  Reason reason;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(PaymentReversed, (),
                      (account, amount, provider, external_id, reverses, left, reason, effective, postings,
                       available, access))

}  // namespace provodka::payment
