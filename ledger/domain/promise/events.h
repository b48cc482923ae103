#pragma once

#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/promise/commands.h"

namespace provodka::promise {

struct PromiseGiven {
  static constexpr std::string_view type = "promise.given.v1";
  Id account;
  Money amount;
  Date until;  // over when this day begins
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PromiseGiven, (), (account, amount, until, effective, standing))

enum class Outcome : unsigned char { kept, broken };
BOOST_DESCRIBE_ENUM(Outcome, kept, broken)

struct PromiseEnded {
  static constexpr std::string_view type = "promise.ended.v1";
  Id account;
  Money amount;
  Outcome outcome;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PromiseEnded, (), (account, amount, outcome, effective, standing))

}  // namespace provodka::promise
