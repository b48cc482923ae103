#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"

#include <boost/container/small_vector.hpp>

namespace provodka::account {

enum class Access : unsigned char { off, on };
BOOST_DESCRIBE_ENUM(Access, off, on)

// How an account stands after an event. It is in the event so that a repeated command gets the answer of
// the first time from the log alone, and so that a consumer need not add anything up.
struct Standing {
  Id account;
  Money balance;
  Money available;  // balance + credit limit
  Access access;    // on while any access point of the account is on
};
BOOST_DESCRIBE_STRUCT(Standing, (), (account, balance, available, access))

using Standings = boost::container::small_vector<Standing, 2>;

}  // namespace provodka::account
