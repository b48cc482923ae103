#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/domain/tenant/state.h"

#include <optional>

namespace provodka::tenant {

// After a block: a new period, or the days that are left of the old one.
BOOST_DESCRIBE_ENUM(Resume, prorate, restart)
// What becomes of unused money when a debtor is blocked.
BOOST_DESCRIBE_ENUM(Unused, credit, keep)

struct PromiseTerms {
  Amount max_amount;
  uint32_t max_days;
  uint32_t interval_days;
};
BOOST_DESCRIBE_STRUCT(PromiseTerms, (), (max_amount, max_days, interval_days))

// The tenant's id is the envelope's.
struct CreateTenant {
  static constexpr std::string_view type = "tenant.create";
  Currency currency;
  Text<64> zone;
  Id locale;
  std::optional<Label> name;
};
BOOST_DESCRIBE_STRUCT(CreateTenant, (), (currency, zone, locale, name))

// What is left out stays as it is.
struct ConfigureTenant {
  static constexpr std::string_view type = "tenant.configure";
  std::optional<Amount> threshold;
  std::optional<uint32_t> grace_hours;
  std::optional<Resume> resume;
  std::optional<Unused> unused_on_block;
  std::optional<PromiseTerms> promise;
};
BOOST_DESCRIBE_STRUCT(ConfigureTenant, (), (threshold, grace_hours, resume, unused_on_block, promise))

}  // namespace provodka::tenant
