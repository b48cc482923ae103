#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::account {

struct OpenAccount {
  static constexpr std::string_view type = "account.open";
  Id account;
  std::optional<Id> subscriber;  // whose it is
  std::optional<Label> label;
  std::optional<Amount> credit_limit;
};
BOOST_DESCRIBE_STRUCT(OpenAccount, (), (account, subscriber, label, credit_limit))

struct SetCreditLimit {
  static constexpr std::string_view type = "account.set_credit_limit";
  Id account;
  Amount credit_limit;
  std::optional<Reason> reason;
};
BOOST_DESCRIBE_STRUCT(SetCreditLimit, (), (account, credit_limit, reason))

struct RelabelAccount {
  static constexpr std::string_view type = "account.relabel";
  Id account;
  Label label;
};
BOOST_DESCRIBE_STRUCT(RelabelAccount, (), (account, label))

// Where the rest of the money is paid out to, and the provider's id of that.
struct Payout {
  Id provider;
  ExternalId external_id;
};
BOOST_DESCRIBE_STRUCT(Payout, (), (provider, external_id))

struct CloseAccount {
  static constexpr std::string_view type = "account.close";
  Id account;
  std::optional<Reason> reason;
  std::optional<Payout> payout;
};
BOOST_DESCRIBE_STRUCT(CloseAccount, (), (account, reason, payout))

}  // namespace provodka::account
