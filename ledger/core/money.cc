#include "ledger/core/money.h"

#include "ledger/core/digits.h"
#include "ledger/core/invariant.h"

#include <array>
#include <bit>
#include <limits>

namespace provodka {
namespace {

constexpr int exponent_max = 18;

constexpr std::array<std::uint64_t, 20> powers_of_ten = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

int count_digits(std::uint64_t value) {
  // 1233/4096 is just above log10(2), so this is the number of digits or one less.
  const int estimate = static_cast<int>((std::bit_width(value | 1) * 1233) >> 12);
  return estimate + (value >= powers_of_ten[estimate] ? 1 : 0);
}

// Writes the last `count` digits of the value so that they end at `end`, and returns what is left of it.
std::uint64_t write_digits_back(char* end, std::uint64_t value, int count) {
  for (; count >= 2; count -= 2) {
    end -= 2;
    detail::write_two_digits(end, static_cast<std::uint32_t>(value % 100));
    value /= 100;
  }
  if (count == 1) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return value;
}

}  // namespace

std::string Money::to_string() const {
  char buffer[print_minor_bytes_max];
  return {buffer, print_minor(buffer, minor, currency.exponent())};
}

std::optional<Money> checked_add(Money a, Money b) {
  INVARIANT(a.currency == b.currency, "only amounts of one currency add up", a, b);
  Money sum{0, a.currency};
  if (__builtin_add_overflow(a.minor, b.minor, &sum.minor)) return std::nullopt;
  return sum;
}

std::optional<Money> checked_sub(Money a, Money b) {
  INVARIANT(a.currency == b.currency, "only amounts of one currency are subtracted", a, b);
  Money difference{0, a.currency};
  if (__builtin_sub_overflow(a.minor, b.minor, &difference.minor)) return std::nullopt;
  return difference;
}

std::optional<Money> checked_negate(Money a) { return checked_sub(Money::zero(a.currency), a); }

std::string_view describe(MoneyError error) {
  switch (error) {
    case MoneyError::too_many_decimals:
      return "use no more decimals than the currency has";
    case MoneyError::overflow:
      return "the amount is too large to be booked";
  }
  return "";
}

std::expected<Money, MoneyError> to_money(Amount amount, Currency currency) {
  const int missing = currency.exponent() - amount.decimals;
  if (missing < 0) return std::unexpected(MoneyError::too_many_decimals);
  Money money{0, currency};
  const auto scale = static_cast<std::int64_t>(powers_of_ten[missing]);
  if (__builtin_mul_overflow(amount.digits, scale, &money.minor)) {
    return std::unexpected(MoneyError::overflow);
  }
  return money;
}

char* print_minor(char* out, std::int64_t minor, int exponent) {
  INVARIANT(exponent >= 0 && exponent <= exponent_max, "an exponent is 0 to 18", exponent);
  auto value = static_cast<std::uint64_t>(minor);
  if (minor < 0) {
    *out++ = '-';
    value = 0 - value;
  }
  // The digit before the point is written even where it is zero.
  const int digits = count_digits(value);
  const int whole_digits = digits > exponent ? digits - exponent : 1;
  char* const point = out + whole_digits;
  if (exponent == 0) {
    write_digits_back(point, value, whole_digits);
    return point;
  }
  char* const end = point + 1 + exponent;
  value = write_digits_back(end, value, exponent);
  *point = '.';
  write_digits_back(point, value, whole_digits);
  return end;
}

std::optional<std::int64_t> parse_minor(std::string_view text, int exponent) {
  INVARIANT(exponent >= 0 && exponent <= exponent_max, "an exponent is 0 to 18", exponent);
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);

  const auto tail = static_cast<std::size_t>(exponent == 0 ? 0 : exponent + 1);
  if (text.size() <= tail) return std::nullopt;
  const std::size_t whole = text.size() - tail;
  // Nineteen digits fit uint64, and no int64 has more.
  if (whole + static_cast<std::size_t>(exponent) > 19) return std::nullopt;
  if (text.front() == '0' && whole > 1) return std::nullopt;
  if (exponent != 0 && text[whole] != '.') return std::nullopt;

  std::uint64_t value = 0;
  bool bad = false;
  const auto take = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const auto digit = static_cast<std::uint32_t>(text[i] - '0');
      bad |= digit > 9;
      value = value * 10 + digit;
    }
  };
  take(0, whole);
  take(whole + 1, text.size());

  const std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  if (bad || value > largest + (negative ? 1 : 0) || (negative && value == 0)) return std::nullopt;
  return static_cast<std::int64_t>(negative ? 0 - value : value);
}

}  // namespace provodka
