#pragma once

#include "ledger/book/chart.h"
#include "ledger/core/describe.h"
#include "ledger/core/money.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::book {

// One line of a double entry: what an account gets (credit, positive) or gives (debit, negative), and
// its balance afterwards.
struct Posting {
  LedgerName account;
  Money amount;
  Money balance;
};
BOOST_DESCRIBE_STRUCT(Posting, (), (account, amount, balance))

using Postings = boost::container::small_vector<Posting, 3>;

// True when the amounts add up to zero in each currency, which is what makes it an entry.
// The sum is taken in 128 bits, so it cannot wrap.
bool balances(const Postings&);

}  // namespace provodka::book
