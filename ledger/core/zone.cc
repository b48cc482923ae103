#include "ledger/core/zone.h"

#include "ledger/core/invariant.h"

#include <chrono>
#include <exception>

#include <date/tz.h>

namespace provodka {
namespace {

using std::chrono::seconds;

date::sys_seconds to_sys(Instant instant) {
  return date::floor<seconds>(
      date::sys_time<std::chrono::microseconds>(std::chrono::microseconds(instant.micros)));
}

// Not add_days, so that the last day of the range of dates has an end too.
Date next_day(Date date) { return {date.days + 1}; }

// Beside the zones the directory of the database holds copies of it, one of them counting leap seconds, and
// settings of the machine.
bool is_zone_name(std::string_view name) {
  return !name.empty() && !name.starts_with("posix") && !name.starts_with("right/") && name != "localtime" &&
         name != "Factory";
}

}  // namespace

std::optional<Zone> Zone::find(std::string_view name) {
  if (!is_zone_name(name)) return std::nullopt;
  try {
    const date::time_zone* zone = date::locate_zone(name);
    // The library reads a zone's file at its first use; a damaged one must show here and not later.
    static_cast<void>(zone->get_info(date::sys_seconds{}));
    return Zone(zone);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string_view Zone::name() const {
  INVARIANT(is_valid(), "the zone is one that was found");
  return zone_->name();
}

Date Zone::local_date(Instant instant) const {
  INVARIANT(is_valid(), "the zone is one that was found");
  const date::sys_seconds at = to_sys(instant);
  const auto wall = date::floor<date::days>(at + zone_->get_info(at).offset);
  Date date{static_cast<std::int32_t>(wall.time_since_epoch().count())};
  // The clocks may have been turned back from a day that had begun.
  while (day_start(next_day(date)) <= instant) date = next_day(date);
  return date;
}

Instant Zone::day_start(Date date) const {
  INVARIANT(is_valid(), "the zone is one that was found");
  const date::local_days midnight{date::days(date.days)};
  // A midnight that the clocks jump over becomes the instant of the jump, and the first counts of two.
  const date::sys_seconds start = zone_->to_sys(midnight, date::choose::earliest);
  return {std::chrono::microseconds(start.time_since_epoch()).count()};
}

std::int64_t Zone::day_length_seconds(Date date) const {
  return micros_between(day_start(date), day_start(next_day(date))) / micros_per_second;
}

std::int32_t Zone::second_of_day(Instant instant) const {
  INVARIANT(is_valid(), "the zone is one that was found");
  const date::sys_seconds at = to_sys(instant);
  const auto wall = at + zone_->get_info(at).offset;
  return static_cast<std::int32_t>((wall - date::floor<date::days>(wall)).count());
}

void LocalDayCache::refill(Instant instant) {
  date_ = zone_.local_date(instant);
  begin_ = zone_.day_start(date_);
  end_ = zone_.day_start(next_day(date_));
}

}  // namespace provodka
