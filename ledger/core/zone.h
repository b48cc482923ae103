#pragma once

#include "ledger/core/date.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace date {
class time_zone;
}

namespace provodka {

// A time zone of the IANA database of the system, which is read once per process and never reloaded. Zones
// are handles, valid as long as the process, and may be used from any thread.
//
// The database of the system lists transitions up to 2037; later instants have the offset of the last one.
//
// Local days are a partition of time: a day begins when the clocks first show it or a later one, and is over
// when the next begins. So local_date never goes back, not even where clocks are turned back across midnight.
// A day that a zone skipped (Pacific/Apia, 2011-12-30) has no length.
class Zone {
 public:
  // Invalid: it equals only another invalid one, and asking it anything else breaks an invariant.
  Zone() = default;

  // A name such as "Europe/Berlin", in exactly these letters. nullopt where the database does not have it or
  // cannot be read.
  [[nodiscard]] static std::optional<Zone> find(std::string_view name);

  bool is_valid() const { return zone_ != nullptr; }
  std::string_view name() const;

  // A search in the zone's transitions; LocalDayCache makes it a comparison for calls on the same day.
  [[nodiscard]] Date local_date(Instant instant) const;
  // The first instant of the day, also where it is not midnight.
  [[nodiscard]] Instant day_start(Date date) const;
  // 86 400 on most days.
  [[nodiscard]] std::int64_t day_length_seconds(Date date) const;

  // What the clocks show: 0..86 399. Where they are turned back they show the same twice, and where that is
  // across midnight they show the end of a day that is over.
  [[nodiscard]] std::int32_t second_of_day(Instant instant) const;

  friend bool operator==(Zone, Zone) = default;

 private:
  explicit Zone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_ = nullptr;
};

// Zone::local_date for a caller whose instants mostly fall on the same day. Belongs to one thread.
class LocalDayCache {
 public:
  LocalDayCache() = default;
  explicit LocalDayCache(Zone zone) : zone_(zone) {}

  Zone zone() const { return zone_; }

  [[nodiscard]] Date operator()(Instant instant) {
    if (instant < begin_ || instant >= end_) [[unlikely]]
      refill(instant);
    return date_;
  }

 private:
  void refill(Instant instant);

  Zone zone_;
  // Empty until the first call.
  Instant begin_;
  Instant end_;
  Date date_;
};

}  // namespace provodka
