#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// An amount of a currency, counted in its minor unit (kopecks, cents, fils).
struct Money {
  std::int64_t minor = 0;
  Currency currency;

  static constexpr Money zero(Currency currency) { return {0, currency}; }

  constexpr bool is_zero() const { return minor == 0; }
  constexpr bool is_negative() const { return minor < 0; }
  constexpr bool is_positive() const { return minor > 0; }

  // The number alone, with all decimals of the currency: "-19.90".
  std::string to_string() const;

  friend constexpr bool operator==(Money, Money) = default;
};

// nullopt is overflow. Two currencies in one operation break an invariant.
[[nodiscard]] std::optional<Money> checked_add(Money a, Money b);
[[nodiscard]] std::optional<Money> checked_sub(Money a, Money b);
[[nodiscard]] std::optional<Money> checked_negate(Money a);

enum class MoneyError : std::uint8_t {
  too_many_decimals,
  overflow,
};

// A sentence that tells a user what to write instead.
std::string_view describe(MoneyError error);

// Fewer decimals than the currency has are filled with zeros. More are too_many_decimals even where they are
// zeros: money is never rounded on the way in.
[[nodiscard]] std::expected<Money, MoneyError> to_money(Amount amount, Currency currency);

inline constexpr std::size_t print_minor_bytes_max = 24;

// Writes `minor` with exactly `exponent` decimals and returns past the end; at most print_minor_bytes_max
// bytes. REQUIRES: 0 <= exponent <= 18.
char* print_minor(char* out, std::int64_t minor, int exponent);

// Reads what print_minor writes and nothing else, over the full range of int64.
// REQUIRES: 0 <= exponent <= 18.
[[nodiscard]] std::optional<std::int64_t> parse_minor(std::string_view text, int exponent);

}  // namespace provodka

template <>
struct fmt::formatter<provodka::Money> : fmt::formatter<std::string_view> {
  auto format(provodka::Money money, format_context& context) const {
    return fmt::formatter<std::string_view>::format(
        money.currency.is_valid() ? fmt::format("{} {}", money.to_string(), money.currency.code())
                                  : fmt::format("{} of no currency", money.minor),
        context);
  }
};
