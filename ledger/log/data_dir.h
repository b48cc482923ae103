#pragma once

#include "ledger/core/result.h"

#include <string>

namespace provodka::log {

// Where everything is that belongs to one shard:
//   FORMAT    the version of this layout
//   lock      held by the process that owns the directory, with its pid and since when
//   log/      the frames: the truth
//   head      what the log had reached
//   vault/    keys, of subscribers below subscribers/: the other thing that cannot be rebuilt; back it up
//   apart
//             from the log
//   derived/  tiles, ids, snapshots: may be deleted while nothing runs, and is built again
class DataDir {
 public:
  static constexpr int kFormat = 1;

  // Makes the directory where it is missing or empty, and locks it against a second owner until destroyed. A
  // directory of a newer format, one that is something else's, or one that is open already is a fault that
  // says so.
  static Result<DataDir> own(const std::string& path);

  // For reading, beside an owner or without one.
  static Result<DataDir> look(const std::string& path);

  const std::string& path() const { return path_; }
  std::string log() const { return path_ + "/log"; }
  std::string head() const { return path_ + "/head"; }
  std::string vault() const { return path_ + "/vault"; }
  std::string subscriber_keys() const { return path_ + "/vault/subscribers"; }
  std::string derived() const { return path_ + "/derived"; }
  std::string index() const { return path_ + "/derived/index"; }
  std::string snapshots() const { return path_ + "/derived/snapshots"; }

  DataDir(DataDir&& other) noexcept;
  ~DataDir();

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_;
};

// Writes a small file so that it is there whole or not at all, and durable on return.
Result<void> write_file_durably(const std::string& path, std::string_view bytes, unsigned mode = 0644);
Result<std::string> read_file(const std::string& path);

}  // namespace provodka::log
