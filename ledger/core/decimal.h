#pragma once

#include "ledger/core/money.h"
#include "ledger/core/rounding.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// A rate or a factor, such as a tax rate of 0.2: an exact number of billionths, within about plus or minus
// 9.2 thousand million.
class Decimal {
 public:
  static constexpr int decimals = 9;
  static constexpr std::int64_t one = 1'000'000'000;

  constexpr Decimal() = default;
  static constexpr Decimal from_billionths(std::int64_t billionths) { return Decimal(billionths); }
  // nullopt where it is out of range.
  [[nodiscard]] static std::optional<Decimal> from_integer(std::int64_t value);

  // Accepts -?(0|[1-9][0-9]*)(\.[0-9]{1,9})? within the range; trailing zeros are fine, "-0" is not.
  [[nodiscard]] static std::optional<Decimal> parse(std::string_view text);
  // num / den, rounded to a billionth. nullopt where den is zero or the result is out of range.
  [[nodiscard]] static std::optional<Decimal> ratio(std::int64_t num, std::int64_t den, Rounding rounding);

  constexpr std::int64_t billionths() const { return billionths_; }

  // Exact, without trailing zeros: "0.2", "-12", "0.000000001".
  std::string to_string() const;

  friend constexpr bool operator==(Decimal, Decimal) = default;
  friend constexpr std::strong_ordering operator<=>(Decimal, Decimal) = default;

 private:
  constexpr explicit Decimal(std::int64_t billionths) : billionths_(billionths) {}
  std::int64_t billionths_ = 0;
};

// nullopt is overflow.
[[nodiscard]] std::optional<Decimal> checked_add(Decimal a, Decimal b);
[[nodiscard]] std::optional<Decimal> checked_sub(Decimal a, Decimal b);
// Rounded to a billionth.
[[nodiscard]] std::optional<Decimal> checked_mul(Decimal a, Decimal b, Rounding rounding);

// Rounded once, to the minor unit of the currency. nullopt is overflow.
[[nodiscard]] std::optional<Money> multiply(Money money, Decimal factor, Rounding rounding);
// money * num / den, rounded once. nullopt is overflow or a zero den.
[[nodiscard]] std::optional<Money> proportion(Money money, std::int64_t num, std::int64_t den,
                                              Rounding rounding);

}  // namespace provodka

template <>
struct fmt::formatter<provodka::Decimal> : fmt::formatter<std::string_view> {
  auto format(provodka::Decimal decimal, format_context& context) const {
    return fmt::formatter<std::string_view>::format(decimal.to_string(), context);
  }
};
