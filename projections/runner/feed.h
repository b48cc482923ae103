#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/core/arena.h"
#include "ledger/log/event_source.h"

#include <chrono>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace provodka::projections {

// A frame and what its lines say.
struct DecodedFrame {
  log::FramePtr frame;
  Arena arena;
  std::vector<codec::DecodedEvent> events;
  // Of the first line that cannot be decoded, where there is one; events end before it.
  std::string bad_line;

  Position first() const { return frame->first(); }
  Position last() const { return frame->last(); }
};
using DecodedFramePtr = std::shared_ptr<const DecodedFrame>;

// Decodes the log for all that read it. Projections that are at the same place, as they are nearly always,
// share what one of them decoded; one that is elsewhere, as in a rebuild, decodes for itself. Any thread may
// call.
class Feed {
 public:
  explicit Feed(log::EventSource& source) : source_(source) {}

  // The decoded frame that holds `from`; null where none came in time.
  Result<DecodedFramePtr> frame_at(Position from, std::chrono::milliseconds timeout);

  log::EventSource& source() { return source_; }

 private:
  struct Entry {
    log::FramePtr frame;
    std::shared_future<DecodedFramePtr> decoded;
  };

  log::EventSource& source_;
  std::mutex mutex_;
  std::deque<Entry> recent_;
};

}  // namespace provodka::projections
