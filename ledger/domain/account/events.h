#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/domain/account/standing.h"

#include <optional>

namespace provodka::account {

struct AccountOpened {
  static constexpr std::string_view type = "account.opened.v1";
  Id account;
  std::optional<Id> subscriber;
  std::optional<Label> label;
  Money credit_limit;
  Id point;  // the access point that comes with it
  Date effective;
  Standings standing;
};
BOOST_DESCRIBE_STRUCT(AccountOpened, (),
                      (account, subscriber, label, credit_limit, point, effective, standing))

struct CreditLimitSet {
  static constexpr std::string_view type = "account.credit_limit_set.v1";
  Id account;
  Money credit_limit;
  Money previous;
  std::optional<Reason> reason;
  Date effective;
  Standings standing;
};
BOOST_DESCRIBE_STRUCT(CreditLimitSet, (), (account, credit_limit, previous, reason, effective, standing))

struct AccountRelabelled {
  static constexpr std::string_view type = "account.relabelled.v1";
  Id account;
  Label label;
  Date effective;
  Standings standing;
};
BOOST_DESCRIBE_STRUCT(AccountRelabelled, (), (account, label, effective, standing))

// What was left on an account that is being closed.
struct AccountPaidOut {
  static constexpr std::string_view type = "account.paid_out.v1";
  Id account;
  Money amount;
  Id provider;
  ExternalId external_id;
  Date effective;
  book::Postings postings;
  Money available;
  Access access;
};
BOOST_DESCRIBE_STRUCT(AccountPaidOut, (),
                      (account, amount, provider, external_id, effective, postings, available, access))

struct AccountClosed {
  static constexpr std::string_view type = "account.closed.v1";
  Id account;
  std::optional<Reason> reason;
  Date effective;
  Standings standing;
};
BOOST_DESCRIBE_STRUCT(AccountClosed, (), (account, reason, effective, standing))

}  // namespace provodka::account
