#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/core/arena.h"
#include "ledger/log/event_source.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <list>
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

// How far readers that catch up together go apart.
struct FeedLimits {
  // So many events behind what another one has stored, a reader waits for it. Nobody waits so near the end.
  uint64_t ahead = 100'000;
  // One that is further behind catches up by itself, as after a fault or in a rebuild.
  uint64_t reach = 400'000;
  // One that stores nothing for so long is not waited for until it does.
  std::chrono::milliseconds patience{30'000};
};

// Decodes the log for all that read it, each line once for readers that are near each other. While much is to
// be read they are kept near: the quick ones would go ahead, and each would decode for itself. Any thread may
// call.
class Feed {
  struct Place {
    Position stored;
    std::chrono::steady_clock::time_point moved;
  };

 public:
  // One that reads and stores. Belongs to one thread, and is gone before the feed.
  class Reader {
   public:
    Reader(Feed&, Position stored);
    ~Reader();
    Reader(const Reader&) = delete;

    // Whether it may read on: false when it is still too far ahead of the others after `timeout`.
    bool may_go_on(std::chrono::milliseconds timeout);
    void has_stored(Position);

   private:
    Feed& feed_;
    const std::list<Place>::iterator place_;
  };

  explicit Feed(log::EventSource& source, const FeedLimits& limits = {}) : source_(source), limits_(limits) {}

  // The decoded frame that holds `from`; null where none came in time.
  Result<DecodedFramePtr> frame_at(Position from, std::chrono::milliseconds timeout);

  log::EventSource& source() { return source_; }

 private:
  struct Entry {
    log::FramePtr frame;
    std::shared_future<DecodedFramePtr> decoded;
  };

  bool is_waited_for(const Place&, Position by) const;
  bool is_needed(const Entry&) const;
  void places_changed();

  log::EventSource& source_;
  const FeedLimits limits_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::list<Place> places_;
  std::deque<Entry> recent_;
};

}  // namespace provodka::projections
