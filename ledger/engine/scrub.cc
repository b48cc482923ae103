#include "ledger/engine/scrub.h"

#include "ledger/core/thread_name.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::engine {

Scrub::Scrub(const log::EventLog& log, const log::DerivedStore& store, std::function<Position()> durable,
             uint64_t bytes_per_second, std::function<void(std::string)> warn)
    : log_(log),
      store_(store),
      durable_(std::move(durable)),
      bytes_per_second_(bytes_per_second),
      warn_(std::move(warn)) {
  if (bytes_per_second_ > 0)
    thread_ = std::thread([this] {
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

// Waits for as long as so many bytes may take; false when it is time to stop.
bool Scrub::paced(size_t bytes) {
  unpaced_bytes_ += bytes;
  if (unpaced_bytes_ < bytes_per_second_ / 10) return true;
  const std::chrono::milliseconds wait(unpaced_bytes_ * 1000 / bytes_per_second_);
  unpaced_bytes_ = 0;
  return pause(wait);
}

void Scrub::report(const std::string& what) {
  if (reported_.insert(what).second) warn_(what);
}

void Scrub::run() {
  while (pause(std::chrono::seconds(1))) {
    std::vector<log::EventLog::Damage> found;
    bool go_on = true;
    log_.scan(
        Position(1), durable_(),
        [&](const log::FramePtr& frame) { return go_on = paced(frame->text().size()); },
        [&](const log::EventLog::Damage& damage) { found.push_back(damage); });
    if (!go_on) return;
    const auto paced_pieces = [&](size_t bytes) { return go_on = paced(bytes); };
    const auto files = log_.check_files(paced_pieces);
    if (!go_on) return;
    if (!files && found.empty()) found.push_back({{}, {}, {}, files.error().what});
    for (const auto& damage : found) {
      if (damage.first == Position()) {
        report(fmt::format("the log is damaged: {}; no event is lost", damage.reason));
      } else {
        report(fmt::format("the log is damaged: frame {}: {}; events at positions {} to {} cannot be read",
                           damage.frame, damage.reason, damage.first, damage.last));
      }
    }
    {
      std::lock_guard lock(mutex_);
      damage_ = std::move(found);
    }
    const auto derived = store_.check_files(paced_pieces);
    if (!derived)
      report(fmt::format("the derived data is damaged: {}; it is built again at the next start",
                         derived.error().what));
  }
}

}  // namespace provodka::engine
