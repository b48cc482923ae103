#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::account {
inline constexpr RejectionKind account_exists{201, "account_exists", 422, "The account exists already"};
inline constexpr RejectionKind point_name_taken{202, "point_name_taken", 422,
                                                "An access point has this name already"};
inline constexpr RejectionKind credit_limit_negative{203, "credit_limit_negative", 422,
                                                     "A credit limit is zero or more"};
inline constexpr RejectionKind credit_limit_unchanged{204, "credit_limit_unchanged", 422,
                                                      "The account has this credit limit already"};
inline constexpr RejectionKind label_unchanged{205, "label_unchanged", 422,
                                               "The account has this label already"};
inline constexpr RejectionKind balance_not_zero{206, "balance_not_zero", 422,
                                                "Only an account at zero can be closed", true};
inline constexpr RejectionKind subscriptions_running{207, "subscriptions_running", 422,
                                                     "Its subscriptions are to be cancelled first", true};
}  // namespace provodka::account
