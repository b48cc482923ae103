#include "ledger/core/time_of_day.h"

#include <cstring>

namespace provodka {
namespace {

std::optional<std::uint32_t> two_digits(std::string_view text) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
    return std::nullopt;
  return static_cast<std::uint32_t>((text[0] - '0') * 10 + text[1] - '0');
}

}  // namespace

std::optional<TimeOfDay> TimeOfDay::parse(std::string_view text) {
  if (text.size() != printed_bytes || text[2] != ':') return std::nullopt;
  const auto hours = two_digits(text.substr(0, 2)), minutes = two_digits(text.substr(3));
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return TimeOfDay{*hours * 60 + *minutes};
}

char* TimeOfDay::print(char* out) const {
  const auto two = [&](std::uint32_t n) {
    *out++ = static_cast<char>('0' + n / 10);
    *out++ = static_cast<char>('0' + n % 10);
  };
  two(minutes / 60);
  *out++ = ':';
  two(minutes % 60);
  return out;
}

std::optional<Month> Month::parse(std::string_view text) {
  if (text.size() != printed_bytes) return std::nullopt;
  char whole[Date::printed_bytes];
  std::memcpy(whole, text.data(), printed_bytes);
  std::memcpy(whole + printed_bytes, "-01", 3);
  const auto first = Date::parse({whole, sizeof whole});
  if (!first) return std::nullopt;
  return Month{*first};
}

char* Month::print(char* out) const {
  char whole[Date::printed_bytes];
  first.print(whole);
  std::memcpy(out, whole, printed_bytes);
  return out + printed_bytes;
}

std::string Month::to_string() const {
  char text[printed_bytes];
  print(text);
  return {text, printed_bytes};
}

}  // namespace provodka
