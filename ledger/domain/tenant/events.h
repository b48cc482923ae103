#pragma once

#include "ledger/core/currency.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"
#include "ledger/domain/tenant/commands.h"

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

struct FreezeLimits {
  uint32_t min_days;
  uint32_t max_days;
  uint32_t days_per_year;
  Money fee;
};
BOOST_DESCRIBE_STRUCT(FreezeLimits, (), (min_days, max_days, days_per_year, fee))

// The whole configuration, as it is from now on.
struct TenantConfigured {
  static constexpr std::string_view type = "tenant.configured.v1";
  Money threshold;
  uint32_t grace_hours;
  Resume resume;
  Unused unused_on_block;
  Money promise_max;
  uint32_t promise_max_days;
  uint32_t promise_interval_days;
  std::optional<BlockingHours> blocking_hours = {};
  std::optional<FreezeLimits> freeze = {};
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TenantConfigured, (),
                      (threshold, grace_hours, resume, unused_on_block, promise_max, promise_max_days,
                       promise_interval_days, blocking_hours, freeze, effective))

}  // namespace provodka::tenant
