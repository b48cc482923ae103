#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::period {
inline constexpr RejectionKind period_not_over{1201, "period_not_over", 422, "The month is not over", true};
inline constexpr RejectionKind period_closed_already{1202, "period_closed_already", 422,
                                                     "The month is closed already"};
inline constexpr RejectionKind run_incomplete{1203, "run_incomplete", 422,
                                              "No billing run has gone to the end of the month yet", true};
inline constexpr RejectionKind period_not_closed{1204, "period_not_closed", 422, "The month is not closed"};
inline constexpr RejectionKind not_the_last_closed{1205, "not_the_last_closed", 422,
                                                   "Only the month that was closed last is opened again"};
}  // namespace provodka::period
