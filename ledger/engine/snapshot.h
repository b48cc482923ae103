#pragma once

#include "ledger/domain/world.h"
#include "ledger/engine/replay.h"
#include "ledger/log/merkle.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace provodka::engine {

// SHA-256 over the canonical rows of every table in order, page by page: the same log gives the same hash.
log::Hash state_hash(World&);

// The state at a position, in a file `<position>.snap`: the tables' pages, each LZ4 with a checksum, and the
// state's hash over all of them. It can be deleted at any time; the log is then read from further back.
struct SnapshotInfo {
  Position position;
  Instant time;
  log::Hash hash;
};

// Takes a snapshot while the writer goes on. The writer's part is copying pages: in steps that it fits
// between commands, and of each page that it is about to change before its time. Compressing, hashing and
// writing are another thread's.
class SnapshotWriter {
 public:
  // Starts a snapshot of the shard as it is now. The writer's thread.
  SnapshotWriter(Shard&, const std::string& dir);
  ~SnapshotWriter();

  // Copies up to this many bytes of pages; true when all pages have been copied. The writer's thread.
  bool step(size_t bytes_max);

  // Writes the file from the pages as they come. Another thread's; returns when the file is complete and
  // synced under a temporary name, or with the fault. Blocks until step() has returned true or cancel().
  Result<SnapshotInfo> write();
  // Makes the written file the newest snapshot, and removes those before it.
  Result<void> publish();

  void cancel();

  Position position() const { return position_; }

 private:
  struct Page {
    uint32_t table;
    uint32_t page;
    std::vector<std::byte> bytes;
  };
  struct Source {
    AnyTable* table;
    uint64_t rows;
    uint32_t pages;
    std::vector<bool> copied;
    AnyTable::BeforeChange before_change;
  };

  void copy(uint32_t table, uint32_t page);
  void finish();

  const std::string dir_;
  const Position position_;
  const Instant time_;
  std::deque<Source> sources_;
  size_t table_ = 0;
  uint32_t page_ = 0;
  bool watching_ = true;
  std::string path_, temporary_;

  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Page> queue_;
  size_t queued_bytes_ = 0;
  bool complete_ = false, cancelled_ = false;
};

// The snapshot files in a directory, newest first, each with the position in its name.
std::vector<std::pair<Position, std::string>> snapshot_files(const std::string& dir);

// Reads one, checking everything including its hash; the fault says what is wrong with it. REQUIRES: an empty
// shard.
Result<SnapshotInfo> read_snapshot(const std::string& path, Shard&);

// For the owner: loads the newest snapshot that is whole, at or before `through`. What is damaged or of
// another layout is told to `warn` and removed, as is what a process that was killed had begun and what is of
// a log that went further. The shard stays empty where there is none.
Result<std::optional<SnapshotInfo>> load_snapshot(const std::string& dir, Position through, Shard&,
                                                  const std::function<void(std::string)>& warn);

}  // namespace provodka::engine
