#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/core/arena.h"
#include "ledger/log/event_source.h"

#include <chrono>
#include <condition_variable>
#include <future>
#include <list>
#include <map>
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
  // One that stores nothing for so long after it began is not waited for until it does.
  std::chrono::milliseconds patience{30'000};
  // So much text of lines is kept decoded, at about twice its size: more than readers that wait for each
  // other are apart. Whoever is ahead of that decodes for itself.
  size_t kept_bytes = 160 << 20;
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

  bool is_lively(const Place&) const;
  bool is_waited_for(const Place&, Position by) const;
  bool is_needed(const Entry&) const;
  void places_changed();
  const Entry* find(Position) const;

  log::EventSource& source_;
  const FeedLimits limits_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::list<Place> places_;
  std::map<Position, Entry> kept_;  // by the first position
  size_t kept_bytes_ = 0;
};

}  // namespace provodka::projections
