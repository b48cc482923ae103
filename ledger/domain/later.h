#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/money.h"
#include "ledger/core/time_of_day.h"

#include <boost/container/small_vector.hpp>

namespace provodka {

// Of a charge, what belongs to a later month, without its tax.
struct Later {
  Month month;
  Money amount;
};
BOOST_DESCRIBE_STRUCT(Later, (), (month, amount))
using LaterMonths = boost::container::small_vector<Later, 1>;

}  // namespace provodka
