#include "ledger/core/allocate.h"

#include "ledger/core/invariant.h"
#include "ledger/core/rounding.h"

namespace provodka {
namespace {

// R(total * weight / sum). It always fits, for 0 <= weight <= sum.
std::int64_t share(std::int64_t total_minor, std::int64_t weight, std::int64_t sum) {
  const auto part = divide(static_cast<__int128>(total_minor) * weight, sum, Rounding::half_up);
  INVARIANT(part.has_value(), "a part of a total fits where the total does", total_minor, weight, sum);
  return *part;
}

}  // namespace

std::optional<std::vector<Money>> allocate(Money total, std::span<const std::int64_t> weights) {
  std::int64_t sum = 0;
  for (std::int64_t weight : weights) {
    if (weight < 0 || __builtin_add_overflow(sum, weight, &sum)) return std::nullopt;
  }
  if (sum == 0) return std::nullopt;

  std::vector<Money> parts;
  parts.reserve(weights.size());
  std::int64_t weight_so_far = 0;
  std::int64_t given_minor = 0;
  for (std::int64_t weight : weights) {
    weight_so_far += weight;
    const std::int64_t due_minor = share(total.minor, weight_so_far, sum);
    parts.push_back({due_minor - given_minor, total.currency});
    given_minor = due_minor;
  }
  return parts;
}

Money slice_of(Money total, std::int64_t a, std::int64_t b, std::int64_t n) {
  INVARIANT(n > 0 && a >= 1 && a - 1 <= b && b <= n, "a slice lies within its period", a, b, n);
  return {share(total.minor, b, n) - share(total.minor, a - 1, n), total.currency};
}

}  // namespace provodka
