#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::transfer {
inline constexpr RejectionKind same_account{501, "same_account", 422, "A transfer goes to another account"};
}  // namespace provodka::transfer
