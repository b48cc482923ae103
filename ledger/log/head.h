#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/core/result.h"
#include "ledger/log/merkle.h"

#include <memory>
#include <string>

namespace provodka::log {

// What the log had reached, kept outside of RocksDB: a log that ends before it was cut off.
struct Head {
  Position position;  // the last event that was acknowledged
  Position tree;      // the position that `root` is of; at most `position`
  Hash root;          // the log root: see log_root() in trees.h
  Instant time;       // when it was written
};

// The head file: one line a member and a checksum, 512 bytes in all, rewritten in place. The position is
// written with each commit, after the commit is durable, and synced at least once a second and at shutdown:
// so it never names what the log does not have, a crash of the process loses nothing of it, and a loss of
// power loses at most the last second of it.
class HeadFile {
 public:
  // Opens for writing, making it where there is none.
  static Result<HeadFile> open(const std::string& path);
  // What the file says; the fault tells damage from absence (`absent`).
  static Result<Head> read(const std::string& path);
  static bool exists(const std::string& path);

  Result<void> write(const Head&);
  Result<void> sync();

  HeadFile(HeadFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  HeadFile& operator=(HeadFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~HeadFile();

 private:
  explicit HeadFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace provodka::log
