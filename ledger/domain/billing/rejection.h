#pragma once

#include "ledger/domain/rejection.h"

namespace provodka::billing {
inline constexpr RejectionKind run_in_future{1101, "run_in_future", 422, "A run goes no further than now",
                                             true};
}  // namespace provodka::billing
