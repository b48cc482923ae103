#pragma once

#include "ledger/core/currency.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::tenant {

struct TenantCreated {
  static constexpr std::string_view type = "tenant.created.v1";
  Id tenant;
  Currency currency;
  Text<64> zone;
  Id locale;
  std::optional<Label> name;
  Text<200> log_key;  // signed-note verifier key of the tenant's checkpoints
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TenantCreated, (), (tenant, currency, zone, locale, name, log_key, effective))

}  // namespace provodka::tenant
