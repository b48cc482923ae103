#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace provodka::detail {

// "00" to "99", so that numbers are written two digits at a time.
inline constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

// REQUIRES: value < 100.
inline char* write_two_digits(char* out, std::uint32_t value) {
  std::memcpy(out, &digit_pairs[std::size_t{2} * value], 2);
  return out + 2;
}

// Reads exactly `count` digits. Whether all were digits is or-ed into `bad`, so that a fixed form is checked
// with one branch at its end.
inline std::int32_t read_digits(const char* text, int count, bool& bad) {
  std::int32_t value = 0;
  for (int i = 0; i < count; ++i) {
    const auto digit = static_cast<std::uint32_t>(text[i] - '0');
    bad |= digit > 9;
    // A byte that is no digit must not overflow the sum.
    value = value * 10 + static_cast<std::int32_t>(digit & 15);
  }
  return value;
}

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace provodka::detail
