#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// A civil date of the proleptic Gregorian calendar, as days since 1970-01-01. Everything that comes from
// outside passes through from_ymd or parse, which admit the years 0001 to 9999; arithmetic that leaves them
// breaks an invariant, so bound what users give before adding to it.
struct Date {
  std::int32_t days = 0;

  static constexpr Date earliest() { return {-719'162}; }  // 0001-01-01
  static constexpr Date latest() { return {2'932'896}; }   // 9999-12-31

  [[nodiscard]] static std::optional<Date> from_ymd(int year, int month, int day);
  // Exactly "YYYY-MM-DD".
  [[nodiscard]] static std::optional<Date> parse(std::string_view text);

  int year() const;
  int month() const;
  int day() const;

  static constexpr std::size_t printed_bytes = 10;
  // Writes what parse accepts, without a terminator, and returns past the end.
  char* print(char* out) const;
  std::string to_string() const;

  friend constexpr bool operator==(Date, Date) = default;
  friend constexpr std::strong_ordering operator<=>(Date, Date) = default;
};

// REQUIRES: 1 <= month <= 12.
int days_in_month(int year, int month);

[[nodiscard]] Date add_days(Date date, std::int64_t days);

// The anchor's day in the month that lies `months` later, or the last day of that month if it is shorter.
// Always add to the original anchor and not to a former result: from 31 January the series is 28 February, 31
// March.
[[nodiscard]] Date add_months_clamped(Date anchor, int months);

// The days from `first` up to and not including `past`.
struct Period {
  Date first;
  Date past;

  constexpr std::int32_t days() const { return past.days - first.days; }
  constexpr bool contains(Date date) const { return first <= date && date < past; }

  friend constexpr bool operator==(Period, Period) = default;
};

// The calendar month around the date.
Period month_of(Date date);

inline constexpr std::int64_t micros_per_second = 1'000'000;
inline constexpr std::int64_t micros_per_day = 86'400 * micros_per_second;

// A moment, as microseconds since 1970-01-01T00:00:00Z without leap seconds, in the years 0001 to 9999.
struct Instant {
  std::int64_t micros = 0;

  // RFC 3339 date-time with "Z" or an offset and up to nine fractional digits, of which six are kept. A leap
  // second (":60") is refused, for it has no number here; so is what lies outside the years 0001 to 9999 in
  // UTC.
  [[nodiscard]] static std::optional<Instant> parse(std::string_view text);
  // Exactly what print writes, and faster.
  [[nodiscard]] static std::optional<Instant> parse_canonical(std::string_view text);

  static constexpr std::size_t printed_bytes = 27;
  // Writes YYYY-MM-DDTHH:MM:SS.ffffffZ, without a terminator, and returns past the end.
  char* print(char* out) const;
  std::string to_string() const;

  friend constexpr bool operator==(Instant, Instant) = default;
  friend constexpr std::strong_ordering operator<=>(Instant, Instant) = default;
};

// A sum outside int64 breaks an invariant.
[[nodiscard]] Instant add_micros(Instant instant, std::int64_t micros);
// Negative where `to` is before `from`.
[[nodiscard]] std::int64_t micros_between(Instant from, Instant to);

// Whether its date is within the years 0001 to 9999 in every time zone, and so are the days around it. An
// instant from outside that a local date is taken of must be such a one.
constexpr bool has_local_dates(Instant instant) {
  return instant.micros >= (Date::earliest().days + 2) * micros_per_day &&
         instant.micros < (Date::latest().days - 1) * micros_per_day;
}

// The date in UTC.
[[nodiscard]] Date utc_date(Instant instant);

}  // namespace provodka

template <>
struct fmt::formatter<provodka::Date> : fmt::formatter<std::string_view> {
  auto format(provodka::Date date, format_context& context) const {
    return fmt::formatter<std::string_view>::format(date.to_string(), context);
  }
};

template <>
struct fmt::formatter<provodka::Period> : fmt::formatter<std::string_view> {
  auto format(provodka::Period period, format_context& context) const {
    return fmt::formatter<std::string_view>::format(fmt::format("[{}, {})", period.first, period.past),
                                                    context);
  }
};

template <>
struct fmt::formatter<provodka::Instant> : fmt::formatter<std::string_view> {
  auto format(provodka::Instant instant, format_context& context) const {
    return fmt::formatter<std::string_view>::format(instant.to_string(), context);
  }
};
