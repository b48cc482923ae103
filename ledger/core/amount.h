#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace provodka {

enum class AmountError : std::uint8_t {
  empty,
  not_decimal,
  too_long,
};

// A sentence that tells a user what to write instead.
std::string_view describe(AmountError error);

// A decimal number exactly as it was written: "199.90" is {19990, 2} and "199.9" is {1999, 1}. It is in no
// currency yet; to_money puts it in one.
struct Amount {
  std::int64_t digits = 0;
  std::uint8_t decimals = 0;

  // Accepts -?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})? with at most 18 significant digits altogether. A zero that
  // stands alone before the point is not significant. "-0" and "-0.00" are not_decimal.
  [[nodiscard]] static std::expected<Amount, AmountError> parse(std::string_view text);

  // What parse accepted.
  std::string to_string() const;

  // Compares how they were written: "1.0" and "1" differ.
  friend constexpr bool operator==(const Amount&, const Amount&) = default;
};

}  // namespace provodka
