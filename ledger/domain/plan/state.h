#pragma once

#include "ledger/domain/tariff/state.h"

#include <cstdint>

namespace provodka::plan {

enum class Kind : uint32_t { extra, instalment };

// Something that is charged in parts, each on its own day: an extra for each of its periods, or a sum that is
// owed already and becomes due in instalments.
struct PlanRow {
  int64_t amount_minor;  // of an extra's period; of all instalments together
  uint32_t account;
  uint32_t service;
  uint32_t next;  // of the same account
  Kind kind;
  tariff::Length length;
  uint32_t parts;  // 0: without end
  uint32_t done;
  int32_t anchor;  // part k is due k periods later
  int32_t due;     // the next part; the largest: none
  uint32_t since;  // parts that were charged since the anchor
};

}  // namespace provodka::plan
