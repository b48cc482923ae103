#pragma once

#include "ledger/core/date.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace provodka {

// A time by the clocks of a place, in minutes from midnight: "00:00" to "23:59".
struct TimeOfDay {
  std::uint32_t minutes = 0;

  // Exactly "HH:MM".
  [[nodiscard]] static std::optional<TimeOfDay> parse(std::string_view text);
  static constexpr std::size_t printed_bytes = 5;
  char* print(char* out) const;

  friend constexpr bool operator==(TimeOfDay, TimeOfDay) = default;
};

// A calendar month, as its first day.
struct Month {
  Date first;

  // Exactly "YYYY-MM".
  [[nodiscard]] static std::optional<Month> parse(std::string_view text);
  static Month of(Date date) { return {month_of(date).first}; }
  static constexpr std::size_t printed_bytes = 7;
  char* print(char* out) const;
  std::string to_string() const;

  friend constexpr bool operator==(Month, Month) = default;
  friend constexpr auto operator<=>(Month, Month) = default;
};

}  // namespace provodka
