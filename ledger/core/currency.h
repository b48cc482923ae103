#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// A currency of ISO 4217 list one (active codes) that has a minor unit. Metals, units of account and test
// codes, which have none, are left out, for no amount of them could be booked exactly.
//
// It holds an index into a table of this build: write the code or the numeric code, never the object.
class Currency {
 public:
  // Invalid: it equals only another invalid one, and asking for its code or exponent breaks an invariant.
  constexpr Currency() = default;

  // Three capital letters, such as "RUB"; anything else is nullopt.
  static std::optional<Currency> from_code(std::string_view code);
  // The number of ISO 4217, such as 643 for RUB.
  static std::optional<Currency> from_numeric(std::uint16_t numeric);

  constexpr bool is_valid() const { return index_ != invalid_index; }
  std::string_view code() const;
  // How many decimals the currency has: 0 (JPY), 2 (RUB), 3 (KWD) or 4 (CLF).
  int exponent() const;
  std::uint16_t numeric() const;

  friend constexpr bool operator==(Currency, Currency) = default;

 private:
  static constexpr std::uint16_t invalid_index = 0xffff;
  constexpr explicit Currency(std::uint16_t index) : index_(index) {}
  std::uint16_t index_ = invalid_index;
};

}  // namespace provodka

template <>
struct fmt::formatter<provodka::Currency> : fmt::formatter<std::string_view> {
  auto format(provodka::Currency currency, format_context& context) const {
    return fmt::formatter<std::string_view>::format(currency.is_valid() ? currency.code() : "no currency",
                                                    context);
  }
};
