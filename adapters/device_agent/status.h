#pragma once

#include "ledger/codec/event_codec.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace provodka::device_agent {

using WallClock = std::chrono::system_clock;

// How a router and its agent are. Nothing in it is secret.
struct DeviceStatus {
  std::string tenant, device, address;
  std::string state;   // `in step`, `repairing`, `connecting`, `unreachable`, `refused`, `no credentials`,
                       // `failed`
  std::string detail;  // what was repaired, or why not
  uint64_t points = 0;
  uint64_t behind = 0;                // wanted, and not what the router has
  std::optional<uint64_t> answer_ms;  // of the last answer
  uint64_t reconciles = 0;            // that were finished
  WallClock::time_point since;        // in this state
  std::optional<WallClock::time_point> retry;

  friend bool operator==(const DeviceStatus&, const DeviceStatus&) = default;
};

// {"written_ms", "log", "reports_waiting", "devices": [{"tenant", "device", …}]}; times are milliseconds
// since 1970. `log` says why the log cannot be followed, or why no router is driven;
// empty: all is well.
std::string to_json(std::span<const DeviceStatus> devices, const std::string& log, uint64_t reports_waiting,
                    WallClock::time_point now);

}  // namespace provodka::device_agent
