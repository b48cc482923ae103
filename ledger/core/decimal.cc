#include "ledger/core/decimal.h"

#include <algorithm>

namespace provodka {

std::optional<Decimal> Decimal::from_integer(std::int64_t value) {
  Decimal result;
  if (__builtin_mul_overflow(value, one, &result.billionths_)) return std::nullopt;
  return result;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const std::size_t point = text.find('.');
  const bool has_point = point != std::string_view::npos;
  const std::size_t written = has_point ? text.size() - point - 1 : 0;
  if (has_point && (written < 1 || written > decimals)) return std::nullopt;
  const std::size_t size = text.size() - written + (has_point ? 0 : 1) + decimals;
  char padded[print_minor_bytes_max];
  if (size > sizeof padded) return std::nullopt;

  // Padded to all decimals it is what parse_minor reads, whose grammar this one shares.
  char* end = std::copy(text.begin(), text.end(), padded);
  if (!has_point) *end++ = '.';
  std::fill(end, padded + size, '0');
  const std::optional<std::int64_t> billionths = parse_minor({padded, size}, decimals);
  if (!billionths) return std::nullopt;
  return Decimal(*billionths);
}

std::optional<Decimal> Decimal::ratio(std::int64_t num, std::int64_t den, Rounding rounding) {
  const auto billionths = divide(static_cast<__int128>(num) * one, den, rounding);
  if (!billionths) return std::nullopt;
  return Decimal(*billionths);
}

std::string Decimal::to_string() const {
  char buffer[print_minor_bytes_max];
  char* end = print_minor(buffer, billionths_, decimals);
  while (end[-1] == '0') --end;
  if (end[-1] == '.') --end;
  return {buffer, end};
}

std::optional<Decimal> checked_add(Decimal a, Decimal b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a.billionths(), b.billionths(), &sum)) return std::nullopt;
  return Decimal::from_billionths(sum);
}

std::optional<Decimal> checked_sub(Decimal a, Decimal b) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a.billionths(), b.billionths(), &difference)) return std::nullopt;
  return Decimal::from_billionths(difference);
}

std::optional<Decimal> checked_mul(Decimal a, Decimal b, Rounding rounding) {
  const auto product = divide(static_cast<__int128>(a.billionths()) * b.billionths(), Decimal::one, rounding);
  if (!product) return std::nullopt;
  return Decimal::from_billionths(*product);
}

std::optional<Money> multiply(Money money, Decimal factor, Rounding rounding) {
  return proportion(money, factor.billionths(), Decimal::one, rounding);
}

std::optional<Money> proportion(Money money, std::int64_t num, std::int64_t den, Rounding rounding) {
  const auto minor = divide(static_cast<__int128>(money.minor) * num, den, rounding);
  if (!minor) return std::nullopt;
  return Money{*minor, money.currency};
}

}  // namespace provodka
