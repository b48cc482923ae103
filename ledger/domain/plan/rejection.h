#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::plan {
inline constexpr RejectionKind unknown_extra_service{1501, "unknown_extra_service", 404,
                                                     "There is no such service"};
inline constexpr RejectionKind extra_exists{1502, "extra_exists", 422, "The account has this extra already"};
inline constexpr RejectionKind unknown_extra{1503, "unknown_extra", 404, "The account has no such extra"};
inline constexpr RejectionKind count_without_period{1504, "count_without_period", 422,
                                                    "Only what is charged by periods is counted"};
inline constexpr RejectionKind bad_parts{1505, "bad_parts", 422,
                                         "Instalments are 1 to 120 parts of a minor unit at least"};
inline constexpr RejectionKind first_in_past{1506, "first_in_past", 422,
                                             "The first part is due today or later"};
}  // namespace provodka::plan
