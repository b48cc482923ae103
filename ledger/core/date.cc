#include "ledger/core/date.h"

#include "ledger/core/digits.h"
#include "ledger/core/invariant.h"

namespace provodka {
namespace {

struct Civil {
  std::int32_t year;
  std::int32_t month;
  std::int32_t day;
};

// The calendar repeats every 400 years of 146 097 days. Both conversions count years from 1 March, so that
// the leap day is a year's last, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
constexpr std::int32_t days_per_era = 146'097;
constexpr std::int32_t days_before_epoch = 719'468;  // from 0000-03-01 to 1970-01-01

constexpr std::int32_t days_from_civil(Civil civil) {
  const std::int32_t year = civil.year - (civil.month <= 2 ? 1 : 0);
  const std::int32_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int32_t year_of_era = year - era * 400;
  const std::int32_t march_based = civil.month + (civil.month > 2 ? -3 : 9);
  const std::int32_t day_of_year = (153 * march_based + 2) / 5 + civil.day - 1;
  const std::int32_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - days_before_epoch;
}

constexpr Civil civil_from_days(std::int32_t days) {
  const std::int32_t shifted = days + days_before_epoch;
  const std::int32_t era = (shifted >= 0 ? shifted : shifted - (days_per_era - 1)) / days_per_era;
  const std::int32_t day_of_era = shifted - era * days_per_era;
  const std::int32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int32_t march_based = (5 * day_of_year + 2) / 153;
  const std::int32_t day = day_of_year - (153 * march_based + 2) / 5 + 1;
  const std::int32_t month = march_based + (march_based < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

static_assert(days_from_civil({1970, 1, 1}) == 0);
static_assert(days_from_civil({1, 1, 1}) == Date::earliest().days);
static_assert(days_from_civil({9999, 12, 31}) == Date::latest().days);

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

void require_in_range(Date date) {
  INVARIANT(date >= Date::earliest() && date <= Date::latest(), "a date is in the years 0001 to 9999",
            date.days);
}

}  // namespace

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return Date{days_from_civil({year, month, day})};
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != printed_bytes) return std::nullopt;
  bool bad = text[4] != '-' || text[7] != '-';
  const int year = detail::read_digits(&text[0], 4, bad);
  const int month = detail::read_digits(&text[5], 2, bad);
  const int day = detail::read_digits(&text[8], 2, bad);
  if (bad) return std::nullopt;
  return from_ymd(year, month, day);
}

int Date::year() const { return civil_from_days(days).year; }
int Date::month() const { return civil_from_days(days).month; }
int Date::day() const { return civil_from_days(days).day; }

char* Date::print(char* out) const {
  require_in_range(*this);
  const Civil civil = civil_from_days(days);
  out = detail::write_two_digits(out, static_cast<std::uint32_t>(civil.year / 100));
  out = detail::write_two_digits(out, static_cast<std::uint32_t>(civil.year % 100));
  *out++ = '-';
  out = detail::write_two_digits(out, static_cast<std::uint32_t>(civil.month));
  *out++ = '-';
  return detail::write_two_digits(out, static_cast<std::uint32_t>(civil.day));
}

std::string Date::to_string() const {
  char buffer[printed_bytes];
  return {buffer, print(buffer)};
}

int days_in_month(int year, int month) {
  INVARIANT(month >= 1 && month <= 12, "a month is 1 to 12", month);
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : lengths[month - 1];
}

Date add_days(Date date, std::int64_t days) {
  std::int64_t sum = 0;
  const bool overflow = __builtin_add_overflow(std::int64_t{date.days}, days, &sum);
  INVARIANT(!overflow && sum >= Date::earliest().days && sum <= Date::latest().days,
            "a date is in the years 0001 to 9999", date.days, days);
  return {static_cast<std::int32_t>(sum)};
}

Date add_months_clamped(Date anchor, int months) {
  require_in_range(anchor);
  const Civil civil = civil_from_days(anchor.days);
  const std::int64_t month_count = std::int64_t{civil.year} * 12 + (civil.month - 1) + months;
  INVARIANT(month_count >= 12 && month_count < std::int64_t{12} * 10'000,
            "a date is in the years 0001 to 9999", anchor.days, months);
  const int year = static_cast<int>(month_count / 12);
  const int month = static_cast<int>(month_count % 12) + 1;
  const int last = days_in_month(year, month);
  return {days_from_civil({year, month, civil.day < last ? civil.day : last})};
}

Period month_of(Date date) {
  const Civil civil = civil_from_days(date.days);
  const Date first{days_from_civil({civil.year, civil.month, 1})};
  return {first, Date{first.days + days_in_month(civil.year, civil.month)}};
}

}  // namespace provodka
