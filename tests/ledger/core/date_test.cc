#include "ledger/core/date.h"

#include "ledger/core/invariant.h"
#include "tests/ledger/core/support.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::date;

TEST_CASE("dates count days since 1970") {
  CHECK(date("1970-01-01").days == 0);
  CHECK(date("1969-12-31").days == -1);
  CHECK(date("2000-02-29").days == 11'016);
  CHECK(date("2026-11-20").days == 20'777);
  CHECK(date("0001-01-01") == Date::earliest());
  CHECK(date("9999-12-31") == Date::latest());
  CHECK(Date::from_ymd(2024, 2, 29) == date("2024-02-29"));
  CHECK(date("2026-01-31") < date("2026-02-01"));
  CHECK(fmt::format("{}", date("2026-01-31")) == "2026-01-31");
}

TEST_CASE("every day of the range is the day after the one before") {
  int year = 1;
  int month = 1;
  int day = 1;
  for (Date at = Date::earliest(); at <= Date::latest(); at.days += 1) {
    const bool same = at.year() == year && at.month() == month && at.day() == day;
    if (!same) FAIL("day " << at.days << " is not " << year << '-' << month << '-' << day);
    if (++day > days_in_month(year, month)) {
      day = 1;
      if (++month > 12) {
        month = 1;
        ++year;
      }
    }
  }
  CHECK(year == 10'000);
}

TEST_CASE("what is no date is refused") {
  for (const char* text :
       {"",           "2026-1-01",  "2026-01-1",  "26-01-01",   "2026/01/01", "2026-01-01 ", " 2026-01-01",
        "2026-00-01", "2026-13-01", "2026-01-00", "2026-01-32", "2026-02-29", "1900-02-29",  "2026-04-31",
        "0000-01-01", "-001-01-01", "+026-01-01", "20x6-01-01", "2026-0a-01", "2026-01-0/",  "20260101",
        "12026-01-01"}) {
    CAPTURE(text);
    CHECK(!Date::parse(text));
  }
  CHECK(!Date::from_ymd(0, 1, 1));
  CHECK(!Date::from_ymd(10'000, 1, 1));
  CHECK(!Date::from_ymd(2026, 2, -1));
}

TEST_CASE("months have their days") {
  CHECK(days_in_month(2026, 2) == 28);
  CHECK(days_in_month(2024, 2) == 29);
  CHECK(days_in_month(1900, 2) == 28);
  CHECK(days_in_month(2000, 2) == 29);
  CHECK(days_in_month(2026, 4) == 30);
  CHECK(days_in_month(2026, 12) == 31);
}

TEST_CASE("months are added to the anchor's own day") {
  const Date anchor = date("2026-01-31");
  CHECK(add_months_clamped(anchor, 0) == anchor);
  CHECK(add_months_clamped(anchor, 1) == date("2026-02-28"));
  CHECK(add_months_clamped(anchor, 2) == date("2026-03-31"));
  CHECK(add_months_clamped(anchor, 3) == date("2026-04-30"));
  CHECK(add_months_clamped(anchor, 4) == date("2026-05-31"));
  CHECK(add_months_clamped(anchor, 25) == date("2028-02-29"));
  CHECK(add_months_clamped(anchor, -1) == date("2025-12-31"));
  CHECK(add_months_clamped(anchor, -2) == date("2025-11-30"));
  CHECK(add_months_clamped(date("2026-12-15"), 1) == date("2027-01-15"));
  CHECK(add_months_clamped(date("2024-02-29"), 12) == date("2025-02-28"));
}

TEST_CASE("arithmetic that leaves the range breaks an invariant") {
  CHECK(add_days(date("2026-02-28"), 1) == date("2026-03-01"));
  CHECK(add_days(date("2026-03-01"), -1) == date("2026-02-28"));
  const ViolationsThrow scope;
  CHECK_THROWS_AS(add_days(Date::latest(), 1), InvariantViolation);
  CHECK_THROWS_AS(add_days(Date::earliest(), -1), InvariantViolation);
  CHECK_THROWS_AS(add_days(date("2026-01-01"), INT64_MAX), InvariantViolation);
  CHECK_THROWS_AS(add_days(date("1960-01-01"), INT64_MIN), InvariantViolation);
  CHECK_THROWS_AS(add_months_clamped(Date::latest(), 1), InvariantViolation);
  CHECK_THROWS_AS(add_months_clamped(Date::earliest(), -1), InvariantViolation);
  CHECK_THROWS_AS(add_months_clamped(date("2026-01-01"), INT32_MAX), InvariantViolation);
  CHECK_THROWS_AS(Date{INT32_MAX}.to_string(), InvariantViolation);
}

TEST_CASE("a period is half open") {
  const Period november = month_of(date("2026-11-20"));
  CHECK(november == Period{date("2026-11-01"), date("2026-12-01")});
  CHECK(november.days() == 30);
  CHECK(november.contains(date("2026-11-01")));
  CHECK(november.contains(date("2026-11-30")));
  CHECK(!november.contains(date("2026-12-01")));
  CHECK(!november.contains(date("2026-10-31")));
  CHECK(month_of(date("2024-02-29")).days() == 29);
  CHECK(fmt::format("{}", november) == "[2026-11-01, 2026-12-01)");
}

}  // namespace
}  // namespace provodka
