#pragma once

#include "ledger/core/describe.h"

#include <string_view>

namespace provodka::book {

// The chart of accounts. A ledger account is one of these kinds and a name below it, written
// `kind/name`: `customer/100042`, `clearing/cash`, `revenue/internet`. Credits are positive.
//
//   customer    liability  what we owe the subscriber (negative: what he owes us); one per account
//   clearing    asset      money on its way from a payment provider, one per provider
//   revenue     income     what a service earned, one per service
//   deferred    liability  charged in advance, not yet earned, one per service
//   tax         liability  one per tax code
//   adjustment  equity     corrections by hand, one per reason
//   receivable  asset      what was handed over and is paid in instalments that are not due yet, one per
//   service suspense    liability  payments that are on no account yet, one per provider writeoff    expense
//   debts that were given up, one per reason
enum class Kind : unsigned char {
  customer,
  clearing,
  revenue,
  deferred,
  tax,
  adjustment,
  receivable,
  suspense,
  writeoff
};
BOOST_DESCRIBE_ENUM(Kind, customer, clearing, revenue, deferred, tax, adjustment, receivable, suspense,
                    writeoff)

std::string_view name_of(Kind);

// The name of a ledger account. A view, as all texts of events.
struct LedgerName {
  Kind kind;
  std::string_view name;
  friend bool operator==(LedgerName, LedgerName) = default;
};

}  // namespace provodka::book
