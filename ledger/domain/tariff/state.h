#pragma once

#include "ledger/core/describe.h"
#include "ledger/domain/string_pool.h"

#include <cstdint>

namespace provodka::tariff {

// How a period is charged: when it begins, day by day as it passes, when it is over, or for the hours in it.
enum class Mode : uint32_t { advance, spread, arrears, hourly };
enum class Length : uint32_t { day, week, month, quarter, year, hour };
// Periods begin where the calendar's do, or count from the subscription's first day.
enum class Anchor : uint32_t { calendar, start };
// What happens when the money does not suffice.
enum class Shortage : uint32_t { refuse, debt, shorten };

BOOST_DESCRIBE_ENUM(Mode, advance, spread, arrears, hourly)
BOOST_DESCRIBE_ENUM(Length, day, week, month, quarter, year, hour)
BOOST_DESCRIBE_ENUM(Anchor, calendar, start)
BOOST_DESCRIBE_ENUM(Shortage, refuse, debt, shorten)

struct ServiceRow {
  StringRef name;
  StringRef revenue;  // the name below revenue/
  uint32_t tenant;
  uint32_t rank;      // the base service has the lowest
  uint32_t required;  // a service without which this one is off; none is 0xffffffff
  uint32_t first_vat;
  uint32_t run_charges;  // since the last billing run
  uint32_t first_deferred;
  int64_t run_minor;
};

// A dated VAT rate of a service, in billionths.
struct VatRow {
  int64_t rate;
  int32_t from;
  uint32_t included;  // 1: the price contains it
  uint32_t next;
  uint32_t reserved;
};

// Income of a service that was charged already and belongs to a month that is yet to come.
struct DeferredRow {
  int64_t minor;
  int32_t month;  // its first day
  uint32_t next;  // of the same service
};

// One version of a tariff. Versions are linked from the first, in the order of their dates.
struct TariffRow {
  StringRef name;
  StringRef group;
  StringRef switch_to;  // groups, separated by spaces; empty: any
  int64_t price_minor;
  int64_t setup_fee_minor;
  uint32_t tenant;
  uint32_t version;
  uint32_t service;
  int32_t effective;  // from this local date on
  Mode mode;
  Length length;
  Anchor anchor;
  Shortage shortage;
  uint32_t trial_days;
  uint32_t closed;
  uint32_t next;  // version; none is 0xffffffff
  uint32_t speed_down;
  uint32_t speed_up;  // Mbit/s, both zero where none was given
  uint32_t due_days;  // after the period's last day; in arrears
};

}  // namespace provodka::tariff
