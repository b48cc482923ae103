#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::writeoff {
inline constexpr RejectionKind exceeds_debt{1401, "exceeds_debt", 422,
                                            "No more than the account owes is written off", true};
}  // namespace provodka::writeoff
