#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/core/time_of_day.h"
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

// From..to of each local day, past midnight where `to` is before `from`.
struct BlockingHours {
  TimeOfDay from;
  TimeOfDay to;
};
BOOST_DESCRIBE_STRUCT(BlockingHours, (), (from, to))

// What is left out is not limited, and costs nothing.
struct FreezeTerms {
  std::optional<uint32_t> min_days;
  std::optional<uint32_t> max_days;
  std::optional<uint32_t> days_per_year;
  std::optional<Amount> fee;
};
BOOST_DESCRIBE_STRUCT(FreezeTerms, (), (min_days, max_days, days_per_year, fee))

// How amounts are rounded to the minor unit.
enum class Rounded : unsigned char { half_up };
BOOST_DESCRIBE_ENUM(Rounded, half_up)

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
  std::optional<BlockingHours> blocking_hours = {};
  std::optional<FreezeTerms> freeze = {};
  std::optional<Rounded> rounding = {};
};
BOOST_DESCRIBE_STRUCT(ConfigureTenant, (),
                      (threshold, grace_hours, resume, unused_on_block, promise, blocking_hours, freeze,
                       rounding))

}  // namespace provodka::tenant
