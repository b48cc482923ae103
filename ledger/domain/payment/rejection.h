#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::payment {
inline constexpr RejectionKind external_id_reused{301, "external_id_reused", 409,
                                                  "The provider's payment id was used for another payment"};
inline constexpr RejectionKind unknown_payment{302, "unknown_payment", 404, "There is no such payment"};
inline constexpr RejectionKind payment_reversed_already{303, "payment_reversed_already", 422,
                                                        "Nothing is left of the payment"};
inline constexpr RejectionKind payment_not_in_suspense{304, "payment_not_in_suspense", 422,
                                                       "Only a payment in suspense is assigned"};
inline constexpr RejectionKind payment_in_suspense{305, "payment_in_suspense", 422,
                                                   "A payment in suspense is assigned, not moved"};
inline constexpr RejectionKind payment_there_already{306, "payment_there_already", 422,
                                                     "The payment is on this account already"};
}  // namespace provodka::payment
