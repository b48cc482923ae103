#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::charge {
inline constexpr RejectionKind unknown_charge{401, "unknown_charge", 404,
                                              "There is no charge with this sequence"};
inline constexpr RejectionKind charge_reversed_already{402, "charge_reversed_already", 422,
                                                       "Nothing is left of the charge"};
}  // namespace provodka::charge
