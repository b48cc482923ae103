#include "ledger/core/date.h"
#include "ledger/core/zone.h"

#include <string>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka {
namespace {

rc::Gen<Date> any_date() {
  return rc::gen::map(rc::gen::inRange(Date::earliest().days, Date::latest().days + 1),
                      [](std::int32_t days) { return Date{days}; });
}

rc::Gen<Instant> any_instant() {
  return rc::gen::map(
      rc::gen::pair(any_date(), rc::gen::inRange<std::int64_t>(0, micros_per_day)),
      [](std::pair<Date, std::int64_t> at) { return Instant{at.first.days * micros_per_day + at.second}; });
}

TEST_CASE("dates survive print and parse") {
  CHECK(rc::check("parse after print is the identity", [] {
    const Date date = *any_date();
    RC_ASSERT(Date::parse(date.to_string()) == date);
    RC_ASSERT(Date::from_ymd(date.year(), date.month(), date.day()) == date);
  }));
}

TEST_CASE("instants survive print and parse") {
  CHECK(rc::check("both parsers read what print writes", [] {
    const Instant instant = *any_instant();
    const std::string text = instant.to_string();
    RC_ASSERT(text.size() == Instant::printed_bytes);
    RC_ASSERT(Instant::parse(text) == instant);
    RC_ASSERT(Instant::parse_canonical(text) == instant);
  }));
  CHECK(rc::check("an offset moves the clock and not the instant", [] {
    const Instant instant{*rc::gen::inRange<std::int64_t>(0, 100'000) * micros_per_day / 7};
    const int minutes = *rc::gen::inRange(0, 24 * 60);
    const Instant shown = add_micros(instant, minutes * 60 * micros_per_second);
    std::string text = shown.to_string();
    text.pop_back();
    text += fmt::format("+{:02}:{:02}", minutes / 60, minutes % 60);
    RC_ASSERT(Instant::parse(text) == instant);
  }));
}

TEST_CASE("months keep the anchor's day where they can") {
  CHECK(rc::check("the day is the anchor's or the month's last", [] {
    const Date anchor{*rc::gen::inRange(-100'000, 100'000)};
    const int months = *rc::gen::inRange(-1200, 1200);
    const Date moved = add_months_clamped(anchor, months);
    RC_ASSERT((moved.year() - anchor.year()) * 12 + moved.month() - anchor.month() == months);
    const int last = days_in_month(moved.year(), moved.month());
    RC_ASSERT(moved.day() == std::min(anchor.day(), last));
    RC_ASSERT(month_of(moved).contains(moved));
    RC_ASSERT(month_of(moved).days() == last);
  }));
}

TEST_CASE("local days are a partition of time") {
  CHECK(rc::check("an instant lies between the start of its day and of the next", [] {
    const char* const names[] = {"Europe/Berlin", "America/Santiago", "Asia/Almaty",
                                 "Pacific/Apia",  "America/St_Johns", "Africa/Cairo"};
    const Zone zone = Zone::find(names[*rc::gen::inRange(0, 6)]).value();
    const Instant instant{*rc::gen::inRange<std::int64_t>(0, 25'000 * 24) * (micros_per_day / 24)};
    for (std::int64_t nudge : {-1, 0, 1}) {
      const Instant at = add_micros(instant, nudge);
      const Date date = zone.local_date(at);
      RC_ASSERT(zone.day_start(date) <= at);
      RC_ASSERT(at < zone.day_start(add_days(date, 1)));
    }
  }));
}

}  // namespace
}  // namespace provodka
