#pragma once

#include "ledger/core/money.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace provodka {

// Splits `total` by the weights into parts whose sum is exactly `total`. With W_k the sum of the first k
// weights, W the sum of all and R rounding half up, part k is R(total * W_k / W) - R(total * W_(k-1) / W), so
// that the rounding error never exceeds half a minor unit after any part. A zero weight gets zero.
//
// nullopt where the weights are empty, one is negative, or their sum is zero or more than int64 holds.
[[nodiscard]] std::optional<std::vector<Money>> allocate(Money total, std::span<const std::int64_t> weights);

// What falls to the units a to b, both included and counted from one, when `total` is spread evenly over n
// units (the days of a period): R(total * b / n) - R(total * (a - 1) / n). Adjoining slices add up exactly,
// however the period is cut; b == a - 1 is the empty slice. REQUIRES: 1 <= a, a - 1 <= b <= n.
[[nodiscard]] Money slice_of(Money total, std::int64_t a, std::int64_t b, std::int64_t n);

}  // namespace provodka
