#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/describe.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"
#include "ledger/domain/tariff/state.h"

#include <optional>

#include <boost/container/small_vector.hpp>

// What a service's and a tariff's commands and events are made of.
namespace provodka::tariff {

using Names = boost::container::small_vector<LanguageText, 2>;
using Groups = boost::container::small_vector<Id, 2>;

// In percent, from a date on.
struct VatRate {
  Date from;
  Decimal rate;
  bool included;
};
BOOST_DESCRIBE_STRUCT(VatRate, (), (from, rate, included))
using VatRates = boost::container::small_vector<VatRate, 1>;

struct Speed {  // Mbit/s
  uint32_t down;
  uint32_t up;
};
BOOST_DESCRIBE_STRUCT(Speed, (), (down, up))

}  // namespace provodka::tariff
