#include "ledger/core/date.h"
#include "ledger/core/digits.h"
#include "ledger/core/invariant.h"

namespace provodka {
namespace {

constexpr std::int64_t earliest_micros = Date::earliest().days * micros_per_day;
constexpr std::int64_t latest_micros = (Date::latest().days + 1) * micros_per_day - 1;

struct Clock {
  std::int32_t hour;
  std::int32_t minute;
  std::int32_t second;
};

// Reads HH:MM:SS. REQUIRES: eight bytes.
Clock read_clock(const char* text, bool& bad) {
  bad |= text[2] != ':' || text[5] != ':';
  const Clock clock{detail::read_digits(text, 2, bad), detail::read_digits(text + 3, 2, bad),
                    detail::read_digits(text + 6, 2, bad)};
  bad |= clock.hour > 23 || clock.minute > 59 || clock.second > 59;
  return clock;
}

std::int64_t micros_of(Date date, Clock clock, std::int64_t fraction_micros) {
  const std::int64_t seconds = clock.hour * 3600 + clock.minute * 60 + clock.second;
  return date.days * micros_per_day + seconds * micros_per_second + fraction_micros;
}

// Takes ".f" to ".fffffffff" off the front, if it is there, cut to microseconds.
std::int64_t take_fraction(std::string_view& text, bool& bad) {
  if (text.empty() || text.front() != '.') return 0;
  text.remove_prefix(1);
  std::size_t count = 0;
  std::int64_t micros = 0;
  for (; count < text.size() && detail::is_digit(text[count]); ++count) {
    if (count < 6) micros = micros * 10 + (text[count] - '0');
  }
  bad |= count < 1 || count > 9;
  for (std::size_t i = count; i < 6; ++i) micros *= 10;
  text.remove_prefix(count);
  return micros;
}

// Reads "Z" or an offset, which must be all that is left.
std::int64_t read_offset_micros(std::string_view text, bool& bad) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
    bad = true;
    return 0;
  }
  const int hours = detail::read_digits(&text[1], 2, bad);
  const int minutes = detail::read_digits(&text[4], 2, bad);
  bad |= hours > 23 || minutes > 59;
  const std::int64_t micros = (hours * 3600 + minutes * 60) * micros_per_second;
  return text[0] == '-' ? -micros : micros;
}

constexpr std::size_t date_and_clock_bytes = 19;

}  // namespace

std::optional<Instant> Instant::parse(std::string_view text) {
  if (text.size() < date_and_clock_bytes + 1 || (text[10] != 'T' && text[10] != 't')) return std::nullopt;
  const std::optional<Date> date = Date::parse(text.substr(0, Date::printed_bytes));
  if (!date) return std::nullopt;
  bool bad = false;
  const Clock clock = read_clock(&text[11], bad);
  text.remove_prefix(date_and_clock_bytes);
  const std::int64_t fraction_micros = take_fraction(text, bad);
  const std::int64_t offset_micros = read_offset_micros(text, bad);
  if (bad) return std::nullopt;
  const std::int64_t micros = micros_of(*date, clock, fraction_micros) - offset_micros;
  if (micros < earliest_micros || micros > latest_micros) return std::nullopt;
  return Instant{micros};
}

std::optional<Instant> Instant::parse_canonical(std::string_view text) {
  if (text.size() != printed_bytes) return std::nullopt;
  const std::optional<Date> date = Date::parse(text.substr(0, Date::printed_bytes));
  if (!date) return std::nullopt;
  bool bad = text[10] != 'T' || text[19] != '.' || text[26] != 'Z';
  const Clock clock = read_clock(&text[11], bad);
  const std::int32_t fraction_micros = detail::read_digits(&text[20], 6, bad);
  if (bad) return std::nullopt;
  return Instant{micros_of(*date, clock, fraction_micros)};
}

char* Instant::print(char* out) const {
  INVARIANT(micros >= earliest_micros && micros <= latest_micros, "an instant is in the years 0001 to 9999",
            micros);
  const Date date = utc_date(*this);
  const std::int64_t of_day = micros - date.days * micros_per_day;
  const auto seconds = static_cast<std::uint32_t>(of_day / micros_per_second);
  const auto fraction = static_cast<std::uint32_t>(of_day % micros_per_second);
  out = date.print(out);
  *out++ = 'T';
  out = detail::write_two_digits(out, seconds / 3600);
  *out++ = ':';
  out = detail::write_two_digits(out, seconds / 60 % 60);
  *out++ = ':';
  out = detail::write_two_digits(out, seconds % 60);
  *out++ = '.';
  out = detail::write_two_digits(out, fraction / 10'000);
  out = detail::write_two_digits(out, fraction / 100 % 100);
  out = detail::write_two_digits(out, fraction % 100);
  *out++ = 'Z';
  return out;
}

std::string Instant::to_string() const {
  char buffer[printed_bytes];
  return {buffer, print(buffer)};
}

Instant add_micros(Instant instant, std::int64_t micros) {
  std::int64_t sum = 0;
  const bool overflow = __builtin_add_overflow(instant.micros, micros, &sum);
  INVARIANT(!overflow, "a sum of microseconds fits", instant.micros, micros);
  return {sum};
}

std::int64_t micros_between(Instant from, Instant to) {
  std::int64_t difference = 0;
  const bool overflow = __builtin_sub_overflow(to.micros, from.micros, &difference);
  INVARIANT(!overflow, "a difference of microseconds fits", from.micros, to.micros);
  return difference;
}

Date utc_date(Instant instant) {
  const std::int64_t truncated = instant.micros / micros_per_day;
  const bool before = instant.micros % micros_per_day < 0;
  return {static_cast<std::int32_t>(truncated - (before ? 1 : 0))};
}

}  // namespace provodka
