#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/log/event_source.h"

#include <condition_variable>
#include <mutex>
#include <vector>

namespace provodka::projections {

// A log in memory, to which lines are added.
class Lines : public log::EventSource {
 public:
  void add(std::string_view line) {
    std::lock_guard lock(mutex_);
    auto frame = std::make_shared<log::Frame>(Position(frames_.size() + 1));
    frame->writable_text().append(line);
    frame->end_line();
    frames_.push_back(std::move(frame));
    changed_.notify_all();
  }
  void add(const Event& event, Instant time = *Instant::parse("2026-03-05T10:00:00Z")) {
    Buffer line;
    codec::encode_event(line,
                        {.sequence = Sequence(last().value() + 1),
                         .tenant = "ok",
                         .type = codec::type_of(event),
                         .time = time,
                         .actor = "test",
                         .cause = "c"},
                        event);
    add(line.view());
  }

  void add_all(const Lines& others) {
    for (const auto& frame : others.frames_) add(frame->line(0));
  }

  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return stopped_ || from.value() <= frames_.size(); });
    if (stopped_ || from.value() > frames_.size()) return log::FramePtr();
    return frames_[from.value() - 1];
  }
  Position last() const override {
    std::lock_guard lock(mutex_);
    return Position(frames_.size());
  }
  void stop() override {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  std::string name() const override { return "the log of a test"; }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<log::FramePtr> frames_;
  bool stopped_ = false;
};

}  // namespace provodka::projections
