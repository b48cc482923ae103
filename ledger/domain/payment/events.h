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

// A payment for an account that is unknown or closed: it waits in suspense to be assigned.
struct PaymentSuspended {
  static constexpr std::string_view type = "payment.suspended.v1";
  Id account;  // that was named
  Money amount;
  Id provider;
  ExternalId external_id;
  std::optional<PaidAt> paid_at;
  std::optional<Note> note;
  Date effective;
  book::Postings postings;
};
BOOST_DESCRIBE_STRUCT(PaymentSuspended, (),
                      (account, amount, provider, external_id, paid_at, note, effective, postings))

// Debits the account that the payment is on by now. Of a payment in suspense the account is the one that was
// named, and nothing is available.
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

struct PaymentAssigned {
  static constexpr std::string_view type = "payment.assigned.v1";
  Id account;
  Money amount;  // what was left of the payment
  Id provider;
  ExternalId external_id;
  Sequence assigns;  // the payment's sequence
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(PaymentAssigned, (),
                      (account, amount, provider, external_id, assigns, effective, postings, available,
                       access))

struct PaymentMoved {
  static constexpr std::string_view type = "payment.moved.v1";
  Id account;  // that it was on
  Id to;
  Money amount;  // what was left of the payment
  Id provider;
  ExternalId external_id;
  Sequence moves;  // the payment's sequence
  Reason reason;
  Date effective;
  book::Postings postings;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PaymentMoved, (),
                      (account, to, amount, provider, external_id, moves, reason, effective, postings,
                       standing))

}  // namespace provodka::payment
