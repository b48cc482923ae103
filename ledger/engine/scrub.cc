#include "ledger/engine/scrub.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/core/thread_name.h"

namespace provodka::engine {

Scrub::Scrub(const log::EventLog& log, std::function<Position()> durable, uint64_t bytes_per_second,
             std::function<void(std::string)> warn)
    : log_(log), durable_(std::move(durable)), bytes_per_second_(bytes_per_second), warn_(std::move(warn)) {
  if (bytes_per_second_ > 0) thread_ = std::thread([this] {
      name_this_thread("scrub");
      run();
    });
}

Scrub::~Scrub() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

std::vector<log::EventLog::Damage> Scrub::damage() const {
  std::lock_guard lock(mutex_);
  return damage_;
}

// False when it is time to stop.
bool Scrub::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, time, [&] { return stop_; });
  return !stop_;
}

void Scrub::run() {
  using namespace std::chrono;
  while (pause(seconds(1))) {
    std::vector<log::EventLog::Damage> found;
    uint64_t bytes = 0;
    bool stopped = false;
    log_.scan(
        Position(1), durable_(),
        [&](const log::FramePtr& frame) {
          bytes += frame->text().size();
          if (bytes < bytes_per_second_ / 10) return true;
          const auto wait = milliseconds(bytes * 1000 / bytes_per_second_);
          bytes = 0;
          stopped = !pause(wait);
          return !stopped;
        },
        [&](const log::EventLog::Damage& damage) { found.push_back(damage); });
    if (stopped) return;
    std::lock_guard lock(mutex_);
    for (const auto& damage : found) {
      const bool known = std::ranges::any_of(damage_, [&](const auto& d) { return d.first == damage.first; });
      if (!known) {
        warn_(fmt::format("the log is damaged: frame {}: {}; events at positions {} to {} cannot be read", damage.frame,
                          damage.reason, damage.first, damage.last));
      }
    }
    damage_ = std::move(found);
  }
}

}  // namespace provodka::engine
