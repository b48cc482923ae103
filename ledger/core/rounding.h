#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace provodka {

enum class Rounding : std::uint8_t {
  half_up,    // away from zero at the half: 0.5 is 1 and -0.5 is -1
  half_even,  // to the even neighbour at the half: 0.5 is 0 and 1.5 is 2
};

// num / den, rounded. nullopt where den is zero or the quotient is outside int64.
[[nodiscard]] constexpr std::optional<std::int64_t> divide(__int128 num, __int128 den, Rounding rounding) {
  using Wide = unsigned __int128;
  if (den == 0) return std::nullopt;
  // Magnitudes are unsigned because the least __int128 has no negation.
  const bool negative = (num < 0) != (den < 0);
  const Wide n = num < 0 ? Wide{0} - static_cast<Wide>(num) : static_cast<Wide>(num);
  const Wide d = den < 0 ? Wide{0} - static_cast<Wide>(den) : static_cast<Wide>(den);
  Wide quotient = n / d;
  const Wide below = n % d;
  const Wide above = d - below;
  const bool away = below > above || (below == above && (rounding == Rounding::half_up || quotient % 2 == 1));
  if (away) ++quotient;
  constexpr Wide largest = std::numeric_limits<std::int64_t>::max();
  if (negative) {
    if (quotient > largest + 1) return std::nullopt;
    return static_cast<std::int64_t>(std::uint64_t{0} - static_cast<std::uint64_t>(quotient));
  }
  if (quotient > largest) return std::nullopt;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace provodka
