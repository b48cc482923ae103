#pragma once

#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::tenant {

// The tenant's id is the envelope's.
struct CreateTenant {
  static constexpr std::string_view type = "tenant.create";
  Currency currency;
  Text<64> zone;
  Id locale;
  std::optional<Label> name;
};
BOOST_DESCRIBE_STRUCT(CreateTenant, (), (currency, zone, locale, name))

}  // namespace provodka::tenant
