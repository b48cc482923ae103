#include "ledger/core/zone.h"

#include "ledger/core/invariant.h"
#include "tests/ledger/core/support.h"

#include <type_traits>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::date;
using test::instant;

static_assert(std::is_trivially_copyable_v<Zone>);

Zone zone(std::string_view name) { return Zone::find(name).value(); }

TEST_CASE("zones are found by their exact names") {
  CHECK(zone("Europe/Berlin").name() == "Europe/Berlin");
  CHECK(zone("UTC").name() == "UTC");
  CHECK(zone("Europe/Berlin") == zone("Europe/Berlin"));
  CHECK(zone("Europe/Berlin") != zone("Europe/Paris"));
  for (const char* name : {"", "Europe", "europe/berlin", "Europe/Berlin ", "Mars/Olympus", "../etc/passwd",
                           "/etc/passwd", "posix/Europe/Berlin", "right/Europe/Berlin", "posixrules",
                           "localtime", "Factory", "zone.tab", "leapseconds", "tzdata.zi"}) {
    CAPTURE(name);
    CHECK(!Zone::find(name));
  }
}

TEST_CASE("a zone that was not found answers nothing") {
  const ViolationsThrow scope;
  CHECK(!Zone().is_valid());
  CHECK_THROWS_AS(Zone().name(), InvariantViolation);
  CHECK_THROWS_AS(Zone().local_date(Instant{0}), InvariantViolation);
  CHECK_THROWS_AS(Zone().day_start(Date{0}), InvariantViolation);
  CHECK_THROWS_AS(Zone().second_of_day(Instant{0}), InvariantViolation);
}

TEST_CASE("days are as long as the clocks make them") {
  struct Row {
    const char* zone;
    const char* date;
    int hours;
  };
  const Row rows[] = {
      {"Europe/Berlin", "2026-10-24", 24},
      {"Europe/Berlin", "2026-10-25", 25},
      {"Europe/Berlin", "2026-03-29", 23},
      {"America/Santiago", "2026-09-06", 23},
      {"America/Santiago", "2026-09-05", 24},
      {"America/Santiago", "2026-04-04", 25},
      {"Asia/Almaty", "2024-02-29", 25},
      {"Asia/Almaty", "2024-03-01", 24},
      {"Europe/Moscow", "2026-10-25", 24},
      {"Pacific/Apia", "2011-12-29", 24},
      {"Pacific/Apia", "2011-12-30", 0},
      {"Pacific/Apia", "2011-12-31", 24},
      {"UTC", "2016-12-31", 24},
  };
  for (const Row& row : rows) {
    CAPTURE(row.zone, row.date);
    CHECK(zone(row.zone).day_length_seconds(date(row.date)) == row.hours * 3600);
  }
  CHECK(zone("Australia/Lord_Howe").day_length_seconds(date("2026-04-05")) == 24 * 3600 + 1800);
}

TEST_CASE("a day starts at its first instant, also where there is no midnight") {
  const Zone santiago = zone("America/Santiago");
  CHECK(santiago.day_start(date("2026-09-06")) == instant("2026-09-06T01:00:00-03:00"));
  CHECK(santiago.day_start(date("2026-09-05")) == instant("2026-09-05T00:00:00-04:00"));
  CHECK(santiago.local_date(instant("2026-09-06T03:59:59.999999Z")) == date("2026-09-05"));
  CHECK(santiago.local_date(instant("2026-09-06T04:00:00Z")) == date("2026-09-06"));

  const Zone berlin = zone("Europe/Berlin");
  CHECK(berlin.day_start(date("2026-10-25")) == instant("2026-10-24T22:00:00Z"));
  CHECK(berlin.day_start(date("2026-10-26")) == instant("2026-10-25T23:00:00Z"));

  const Zone almaty = zone("Asia/Almaty");
  CHECK(almaty.day_start(date("2024-03-01")) == instant("2024-03-01T00:00:00+05:00"));
  CHECK(almaty.local_date(instant("2024-02-29T18:59:59.999999Z")) == date("2024-02-29"));
}

TEST_CASE("a day that has begun stays begun when clocks go back over midnight") {
  // At 00:01 on 7 November 2010 the clocks of St. John's went back to 23:01 of the 6th.
  const Zone st_johns = zone("America/St_Johns");
  const Instant start = instant("2010-11-07T00:00:00-02:30");
  CHECK(st_johns.day_start(date("2010-11-07")) == start);
  CHECK(st_johns.local_date(add_micros(start, -1)) == date("2010-11-06"));
  CHECK(st_johns.local_date(start) == date("2010-11-07"));
  CHECK(st_johns.local_date(add_micros(start, 30 * 60 * micros_per_second)) == date("2010-11-07"));
  CHECK(st_johns.day_length_seconds(date("2010-11-06")) == 24 * 3600);
  CHECK(st_johns.day_length_seconds(date("2010-11-07")) == 25 * 3600);
}

TEST_CASE("the time of day is what the clocks show, also on the days on which they are changed") {
  struct Row {
    const char* zone;
    const char* at;
    int hours, minutes;
  };
  const Row rows[] = {
      {"UTC", "2026-06-01T09:30:00Z", 9, 30},
      {"Europe/Moscow", "2026-06-01T21:00:00Z", 0, 0},
      {"Europe/Moscow", "2026-06-01T20:59:00Z", 23, 59},
      {"Asia/Kathmandu", "2026-06-01T00:00:00Z", 5, 45},
      {"Europe/Berlin", "2026-03-29T00:59:00Z", 1, 59},
      {"Europe/Berlin", "2026-03-29T01:00:00Z", 3, 0},
      {"Europe/Berlin", "2026-10-25T00:30:00Z", 2, 30},
      {"Europe/Berlin", "2026-10-25T01:30:00Z", 2, 30},
      {"Europe/Berlin", "2026-10-25T12:00:00Z", 13, 0},
      // Back at midnight: the day is an hour longer at its end.
      {"America/Santiago", "2026-04-04T12:00:00Z", 9, 0},
      {"America/Santiago", "2026-04-05T02:30:00Z", 23, 30},
      {"America/Santiago", "2026-04-05T03:30:00Z", 23, 30},
      {"America/Santiago", "2026-04-05T04:00:00Z", 0, 0},
      {"Asia/Beirut", "2024-10-26T09:00:00Z", 12, 0},
      {"Asia/Beirut", "2024-10-26T21:30:00Z", 23, 30},
      {"Africa/Cairo", "2024-10-31T09:00:00Z", 12, 0},
      // Forward at midnight: there is none.
      {"America/Santiago", "2026-09-06T04:00:00Z", 1, 0},
      {"America/Santiago", "2026-09-06T15:00:00Z", 12, 0},
      // Back over midnight: the day before shows once more.
      {"America/St_Johns", "2010-11-07T02:31:00Z", 23, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.zone, row.at);
    CHECK(zone(row.zone).second_of_day(instant(row.at)) == row.hours * 3600 + row.minutes * 60);
  }
  CHECK(zone("UTC").second_of_day(instant("1969-12-31T23:59:59.999999Z")) == 86'399);
  CHECK(zone("UTC").second_of_day(instant("1970-01-01T00:00:00.999999Z")) == 0);
}

TEST_CASE("the ends of the range of dates have local dates") {
  const Zone utc = zone("UTC");
  CHECK(utc.local_date(instant("0001-01-01T00:00:00Z")) == Date::earliest());
  CHECK(utc.local_date(instant("9999-12-31T23:59:59.999999Z")) == Date::latest());
  CHECK(utc.day_length_seconds(Date::latest()) == 86'400);
}

TEST_CASE("the cache answers what the zone answers") {
  for (const char* name :
       {"America/Santiago", "Europe/Berlin", "Asia/Almaty", "Pacific/Apia", "America/St_Johns", "UTC"}) {
    const Zone of = zone(name);
    for (const char* around : {"2026-09-06T04:00:00Z", "2026-10-25T01:00:00Z", "2024-02-29T18:00:00Z",
                               "2011-12-30T10:00:00Z", "2010-11-07T02:31:00Z", "1970-01-01T00:00:00Z"}) {
      LocalDayCache cache(of);
      // Ten minutes at a time, three days to either side, then jumps back and forth.
      for (int step = -432; step <= 432; ++step) {
        const Instant at = add_micros(instant(around), step * 600 * micros_per_second);
        if (cache(at) != of.local_date(at)) FAIL(name << " at " << at.to_string());
        const Instant just_before = add_micros(at, -1);
        if (cache(just_before) != of.local_date(just_before)) FAIL(name << " at " << just_before.to_string());
      }
      for (int step = 432; step > 0; step -= 7) {
        const Instant at =
            add_micros(instant(around), (step % 2 == 0 ? step : -step) * 600 * micros_per_second);
        if (cache(at) != of.local_date(at)) FAIL(name << " at " << at.to_string());
      }
    }
    CHECK(LocalDayCache(of).zone() == of);
  }
}

}  // namespace
}  // namespace provodka
