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
inline constexpr RejectionKind point_of_another{709, "point_of_another", 422,
                                                "The point is another account's"};
inline constexpr RejectionKind point_unchanged{710, "point_unchanged", 422,
                                               "Nothing of the point would change"};
inline constexpr RejectionKind last_point{711, "last_point", 422, "An account keeps one access point"};
inline constexpr RejectionKind point_in_use{712, "point_in_use", 422, "A subscription names this point",
                                            true};
inline constexpr RejectionKind version_ahead{713, "version_ahead", 422,
                                             "The point has not come to this version yet"};
inline constexpr RejectionKind report_out_of_date{714, "report_out_of_date", 422,
                                                  "A newer version of the point has been reported"};
}  // namespace provodka::access
