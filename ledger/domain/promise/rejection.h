#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::promise {
inline constexpr RejectionKind promise_stands{1001, "promise_stands", 422,
                                              "A promised payment stands already", true};
inline constexpr RejectionKind promise_too_large{1002, "promise_too_large", 422, "More than may be promised"};
inline constexpr RejectionKind promise_too_long{
    1003, "promise_too_long", 422, "A promise is for a day at least, and not for longer than allowed"};
inline constexpr RejectionKind promise_too_soon{1004, "promise_too_soon", 422,
                                                "The last promise was not long enough ago", true};
}  // namespace provodka::promise
