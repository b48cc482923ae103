#pragma once

#include "ledger/book/posting.h"
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
  Money available;  // balance + credit limit + promise
  Access access;    // on while any access point of the account is on
};
BOOST_DESCRIBE_STRUCT(Standing, (), (account, balance, available, access))

using Standings = boost::container::small_vector<Standing, 2>;

// How the accounts stand that an event touches. Events that move the money of one account have no list: the
// balance is in the account's posting, and `available` and `access` stand beside it.
template <class E>
Standings standings_in(const E& event) {
  if constexpr (requires { event.standing; }) {
    return event.standing;
  } else if constexpr (requires { event.available; }) {
    for (const book::Posting& posting : event.postings) {
      if (posting.account.kind == book::Kind::customer)
        return {{event.account, posting.balance, event.available, event.access}};
    }
  }
  return {};
}

}  // namespace provodka::account
