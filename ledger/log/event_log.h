#pragma once

#include "ledger/core/result.h"
#include "ledger/log/frame.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace provodka::log {

// The only truth: the frames, in a RocksDB of their own, keyed by the big-endian position of their first
// line.
//
// One owner may append, from one thread at a time; reading is for any number of threads. A reader in another
// process sees what the owner wrote, also what is not acknowledged yet: it stops at the position in the head
// file (head.h).
class EventLog {
 public:
  // `salvage` reads what can be read of a log that cannot be opened, skipping damaged records: for saying
  // what is damaged, never for serving.
  enum class Mode { owner, reader, salvage };

  // Looks at a log without changing anything, and returns its last position; zero where there is none yet. A
  // fault says what is wrong: what cannot be read, or frames that are missing between or in front of its
  // files. To be asked before the owner opens: opening clears away every file that a damaged manifest does
  // not name.
  static Result<Position> examine(const std::string& dir);

  // Opens the log in `dir`; the owner makes it where there is none. A torn record at the very end, which a
  // crash leaves and nobody was told of, is dropped; any other damage in what opening reads is a fault.
  static Result<std::unique_ptr<EventLog>> open(const std::string& dir, Mode);
  ~EventLog();

  // Writes the frames as one commit, durable on return. REQUIRES: they continue the log without a gap. After
  // a fault the log accepts nothing more until it is opened again; what was read before can still be read.
  Result<void> append(std::span<const FramePtr>);

  // The last position; zero when the log is empty. For a reader: as of opening or of the last catch_up().
  Position last() const;

  // Sees what the owner has written since. REQUIRES: opened as a reader; not while another thread reads.
  Result<void> catch_up();

  // The frame that holds this position. REQUIRES: 1 <= position <= last().
  Result<FramePtr> frame_at(Position) const;

  // A place in the log where something is wrong, and the events that cannot be read because of it.
  struct Damage {
    Position frame;
    Position first, last;
    std::string reason;
  };

  // Calls on_frame for each frame from the one that holds `from` up to `through`, in order, until it returns
  // false. Damage is reported and skipped, as is a gap between frames.
  void scan(Position from, Position through, const std::function<bool(const FramePtr&)>& on_frame,
            const std::function<void(const Damage&)>& on_damage) const;

  // Checks every byte of the files that RocksDB keeps, also those that no frame is in. `go_on` is told of
  // each piece that was read, and returns false to give up.
  Result<void> check_files(const std::function<bool(size_t bytes)>& go_on = {}) const;

  uint64_t text_bytes_written() const;
  uint64_t stored_bytes_written() const;

 private:
  struct Impl;
  explicit EventLog(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::log
