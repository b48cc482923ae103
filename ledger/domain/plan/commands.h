#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/domain/tariff/state.h"

#include <optional>

namespace provodka::plan {

// Once, or for each period from today on, for so many of them. An account has one extra of a service.
struct AddExtra {
  static constexpr std::string_view type = "extra.add";
  Id account;
  Id service;
  Amount amount;
  Currency currency;
  std::optional<tariff::Length> period;
  std::optional<uint32_t> count;
};
BOOST_DESCRIBE_STRUCT(AddExtra, (), (account, service, amount, currency, period, count))

struct RemoveExtra {
  static constexpr std::string_view type = "extra.remove";
  Id account;
  Id service;
};
BOOST_DESCRIBE_STRUCT(RemoveExtra, (), (account, service))

// A sum for something handed over now, to be paid in so many parts, a month apart.
struct AgreeInstalment {
  static constexpr std::string_view type = "instalment.agree";
  Id account;
  Id service;
  Amount amount;
  Currency currency;
  uint32_t parts;
  Date first;
};
BOOST_DESCRIBE_STRUCT(AgreeInstalment, (), (account, service, amount, currency, parts, first))

}  // namespace provodka::plan
