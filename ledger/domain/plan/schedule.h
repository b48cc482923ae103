#pragma once

#include "ledger/core/date.h"
#include "ledger/domain/world.h"

// When the parts of a plan are due and what they are.
namespace provodka::plan {

inline constexpr int32_t kNever = std::numeric_limits<int32_t>::max();

// The day of part k, counted from 0, of a plan that begins on the anchor: always counted from there.
Date day_of_part(tariff::Length, Date anchor, uint32_t k);

// The plan of a service that is charged next, of several the one that is due first, then the oldest: what an
// event names by account and service. None is kNone.
uint32_t next_plan(const World&, AccountId, uint32_t service, Kind);

}  // namespace provodka::plan
