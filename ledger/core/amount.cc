#include "ledger/core/amount.h"

#include "ledger/core/digits.h"
#include "ledger/core/money.h"

namespace provodka {
namespace {

constexpr std::size_t significant_digits_max = 18;
constexpr std::size_t decimals_max = 9;

std::size_t count_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && detail::is_digit(text[count])) ++count;
  return count;
}

std::int64_t append(std::int64_t value, std::string_view digits) {
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

std::string_view describe(AmountError error) {
  switch (error) {
    case AmountError::empty:
      return "an amount is required, such as \"199.90\"";
    case AmountError::not_decimal:
      return "use digits with \".\" as the decimal separator, such as \"199.90\"";
    case AmountError::too_long:
      return "use at most 18 digits, of which at most 9 after the decimal separator";
  }
  return "";
}

std::expected<Amount, AmountError> Amount::parse(std::string_view text) {
  if (text.empty()) return std::unexpected(AmountError::empty);
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);

  const std::string_view whole = text.substr(0, count_digits(text));
  text.remove_prefix(whole.size());
  if (whole.empty()) return std::unexpected(AmountError::not_decimal);
  const bool whole_is_zero = whole.front() == '0';
  if (whole_is_zero && whole.size() > 1) return std::unexpected(AmountError::not_decimal);

  std::string_view fraction;
  if (!text.empty()) {
    if (text.front() != '.') return std::unexpected(AmountError::not_decimal);
    fraction = text.substr(1);
    if (fraction.empty() || count_digits(fraction) != fraction.size()) {
      return std::unexpected(AmountError::not_decimal);
    }
  }

  const std::size_t significant = (whole_is_zero ? 0 : whole.size()) + fraction.size();
  if (fraction.size() > decimals_max || significant > significant_digits_max) {
    return std::unexpected(AmountError::too_long);
  }
  const std::int64_t digits = append(append(0, whole), fraction);
  if (negative && digits == 0) return std::unexpected(AmountError::not_decimal);
  return Amount{negative ? -digits : digits, static_cast<std::uint8_t>(fraction.size())};
}

std::string Amount::to_string() const {
  char buffer[print_minor_bytes_max];
  return {buffer, print_minor(buffer, digits, decimals)};
}

}  // namespace provodka
