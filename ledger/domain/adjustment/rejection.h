#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::adjustment {
inline constexpr RejectionKind amount_zero{601, "amount_zero", 422, "An adjustment changes the balance"};
}  // namespace provodka::adjustment
