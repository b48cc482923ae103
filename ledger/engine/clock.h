#pragma once

#include "ledger/core/date.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace provodka::engine {

// The time that events are recorded at. Asked by the writer thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
  // Whether a command may step it forward; false where it is the system's.
  virtual bool settable() const { return false; }
  // Why its time cannot be trusted, where it cannot.
  virtual std::optional<std::string> suspect() { return std::nullopt; }
};

// The system's clock, held against the steady clock: one that jumped further than the limit while the process
// ran is suspect until the process is started again with someone's word that it is right.
class SystemClock final : public Clock {
 public:
  explicit SystemClock(int64_t jump_limit_s) : limit_us_(jump_limit_s * 1'000'000) { rebase(); }

  Instant now() override {
    const int64_t wall = wall_us();
    const int64_t expected = base_wall_us_ + (steady_us() - base_steady_us_);
    const int64_t jump = wall - expected;
    if (jump > limit_us_ || jump < -limit_us_) {
      jumped_us_ = jump;
    } else if (steady_us() - base_steady_us_ > 1'000'000) {
      base_wall_us_ = wall;  // small corrections, as by NTP, are taken along
      base_steady_us_ = steady_us();
    }
    return Instant{wall};
  }

  std::optional<std::string> suspect() override;

 private:
  static int64_t wall_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
  static int64_t steady_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  void rebase() {
    base_wall_us_ = wall_us();
    base_steady_us_ = steady_us();
  }

  const int64_t limit_us_;
  int64_t base_wall_us_ = 0;
  int64_t base_steady_us_ = 0;
  int64_t jumped_us_ = 0;
};

// Stands still: for tests and demonstrations. A command that is recorded steps time forward, for no event is
// recorded before the last one.
class SettableClock final : public Clock {
 public:
  explicit SettableClock(Instant start) : start_(start) {}
  Instant now() override { return start_; }
  bool settable() const override { return true; }

 private:
  const Instant start_;
};

}  // namespace provodka::engine
