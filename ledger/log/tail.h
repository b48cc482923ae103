#pragma once

#include "ledger/log/frame.h"

#include <deque>
#include <mutex>

namespace provodka::log {

// The newest frames in memory, for whoever follows the log and for entries that are named soon after they
// were made. Frames are put in when they are handed over for writing; readers other than the writer stop at
// the durable position, which is theirs to know. Any thread may call.
class Tail {
 public:
  explicit Tail(size_t bytes_max) : bytes_max_(bytes_max) {}

  void push(FramePtr frame) {
    std::lock_guard lock(mutex_);
    bytes_ += frame->text().size();
    frames_.push_back(std::move(frame));
    while (bytes_ > bytes_max_ && frames_.size() > 1) {
      bytes_ -= frames_.front()->text().size();
      frames_.pop_front();
    }
  }

  // The frame that holds this position, or null where memory does not reach back so far.
  FramePtr find(Position position) const {
    std::lock_guard lock(mutex_);
    if (frames_.empty() || position < frames_.front()->first() || position > frames_.back()->last())
      return nullptr;
    size_t low = 0, high = frames_.size() - 1;
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (frames_[middle]->last() < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return frames_[low];
  }

  void clear() {
    std::lock_guard lock(mutex_);
    frames_.clear();
    bytes_ = 0;
  }

 private:
  const size_t bytes_max_;
  mutable std::mutex mutex_;
  std::deque<FramePtr> frames_;
  size_t bytes_ = 0;
};

}  // namespace provodka::log
