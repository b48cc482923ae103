#pragma once

#include "ledger/log/event_source.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::log::test {

// A log in memory, each line a frame of its own. What there is, is given also after stop(), so that a second
// reader can follow the same one.
class MemoryLog : public EventSource {
 public:
  Result<FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return stopped_ || from.value() <= frames_.size(); });
    return from.value() > frames_.size() ? FramePtr() : frames_[from.value() - 1];
  }
  Position last() const override {
    const std::lock_guard lock(mutex_);
    return Position(frames_.size());
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  std::string name() const override { return "the log of a test"; }

 protected:
  // With the mutex held.
  void append(std::string_view line) {
    auto frame = std::make_shared<Frame>(Position(frames_.size() + 1));
    frame->writable_text().append(line);
    frame->end_line();
    frames_.push_back(std::move(frame));
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FramePtr> frames_;

 private:
  bool stopped_ = false;
};

}  // namespace provodka::log::test
