#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/domain/payment/paid_at.h"

#include <optional>

namespace provodka::payment {

struct ReceivePayment {
  static constexpr std::string_view type = "payment.receive";
  Id account;
  Amount amount;
  Currency currency;
  Id provider;
  ExternalId external_id;
  std::optional<PaidAt> paid_at;
  std::optional<Note> note;
};
BOOST_DESCRIBE_STRUCT(ReceivePayment, (), (account, amount, currency, provider, external_id, paid_at, note))

// Without an amount: all that is left of the payment.
struct ReversePayment {
  static constexpr std::string_view type = "payment.reverse";
  Id provider;
  ExternalId external_id;
  std::optional<Amount> amount;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(ReversePayment, (), (provider, external_id, amount, reason))

// All that is left of a payment goes from the account that it is on to another one.
struct MovePayment {
  static constexpr std::string_view type = "payment.move";
  Id provider;
  ExternalId external_id;
  Id to;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(MovePayment, (), (provider, external_id, to, reason))

// All that is left of a payment in suspense goes to an account.
struct AssignPayment {
  static constexpr std::string_view type = "payment.assign";
  Id provider;
  ExternalId external_id;
  Id account;
};
BOOST_DESCRIBE_STRUCT(AssignPayment, (), (provider, external_id, account))

}  // namespace provodka::payment
