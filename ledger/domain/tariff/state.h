#pragma once

#include "ledger/domain/string_pool.h"

#include <cstdint>

namespace provodka::tariff {

// How a period is charged: when it begins, or day by day as it passes.
enum class Mode : uint32_t { advance, spread };
enum class Length : uint32_t { day, week, month, quarter, year };
// Periods begin where the calendar's do, or count from the subscription's first day.
enum class Anchor : uint32_t { calendar, start };
// What happens when the money does not suffice.
enum class Shortage : uint32_t { refuse, debt, shorten };

struct ServiceRow {
  StringRef name;
  StringRef revenue;  // the name below revenue/
  uint32_t tenant;
  uint32_t rank;      // the base service has the lowest
  uint32_t required;  // a service without which this one is off; none is 0xffffffff
  uint32_t first_vat;
  uint32_t run_charges;  // since the last billing run
  uint32_t reserved;
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

// One version of a tariff. Versions are linked from the first, in the order of their dates.
struct TariffRow {
  StringRef name;
  StringRef group;
  StringRef switch_to;  // groups, separated by spaces; empty: any
  int64_t price_minor;
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
  uint32_t reserved;
};

}  // namespace provodka::tariff
