#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::tenant {
inline constexpr RejectionKind tenant_exists{101, "tenant_exists", 422, "The tenant exists already"};
inline constexpr RejectionKind unknown_zone{102, "unknown_zone", 422,
                                            "The time zone is not in the IANA database"};
}  // namespace provodka::tenant
