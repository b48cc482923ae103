#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::access {
inline constexpr RejectionKind account_or_point{701, "account_or_point", 422,
                                                "Name either an account or a point"};
inline constexpr RejectionKind unknown_point{702, "unknown_point", 404, "There is no such access point"};
inline constexpr RejectionKind blocked_already{703, "blocked_already", 422,
                                               "It is blocked for this reason already"};
inline constexpr RejectionKind not_blocked{704, "not_blocked", 422, "It is not blocked for this reason"};
inline constexpr RejectionKind too_many_reasons{705, "too_many_reasons", 422,
                                                "A point has at most 32 reasons to be off"};
inline constexpr RejectionKind too_many_points{706, "too_many_points", 422,
                                               "An account has at most 100 access points"};
inline constexpr RejectionKind point_exists{707, "point_exists", 422,
                                            "An access point has this name already"};
inline constexpr RejectionKind reserved_reason{708, "reserved_reason", 422,
                                               "Billing gives and takes this reason by itself"};
}  // namespace provodka::access
