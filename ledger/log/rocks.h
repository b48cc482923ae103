#pragma once

#include "ledger/core/ids.h"
#include "ledger/core/result.h"

#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include <endian.h>
#include <rocksdb/db.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/slice.h>
#include <stdlib.h>

// What the RocksDB users of this folder share. Not for other folders.
namespace provodka::log {

inline std::string rocks_key(Position position) {
  const uint64_t big = htobe64(position.value());
  return {reinterpret_cast<const char*>(&big), sizeof big};
}

inline Position position_of(const rocksdb::Slice& key) {
  uint64_t big = 0;
  std::memcpy(&big, key.data(), std::min(key.size(), sizeof big));
  return Position(be64toh(big));
}

// Checks every byte of the table files of an open database against the checksums in its manifest, also bytes
// that no block's checksum covers. `go_on` is told of each piece read and returns false to give up early.
Result<void> check_table_files(rocksdb::DB&, const std::string& dir,
                               const std::function<bool(size_t bytes)>& go_on);

// The same for a reader: a database that is opened beside its owner passes over table files that it cannot
// open, so the files are checked through one that `open` opens for reading only. Where the owner is at work
// that can fail once, not always.
using OpenForReading = std::function<rocksdb::Status(std::unique_ptr<rocksdb::DB>&)>;
Result<void> check_table_files(const OpenForReading& open, const std::string& dir,
                               const std::function<bool(size_t bytes)>& go_on);

// What the manifest keeps of every table file: the XXH3 of all of its bytes. RocksDB's own choice, CRC-32C,
// is ten times slower where the library was built without SSE 4.2, as Debian's is, and was the larger part of
// what writing a table costs.
std::shared_ptr<rocksdb::FileChecksumGenFactory> file_checksums();

// In place of RocksDB's own notes beside its files: those end the process by an assertion when the disk is
// full and a second note cannot be written. What matters comes as a status.
std::shared_ptr<rocksdb::Logger> silent_logger();

// A directory that vanishes with its owner. A RocksDB that is opened beside its writer wants one for notes,
// and with silent_logger() only while it opens: so a reader that is killed leaves none behind.
class ScratchDir {
 public:
  static Result<std::unique_ptr<ScratchDir>> make() {
    std::string path = (std::filesystem::temp_directory_path() / "provodka-reader-XXXXXX").string();
    if (!mkdtemp(path.data())) return fault("cannot make {}: {}", path, std::strerror(errno));
    return std::unique_ptr<ScratchDir>(new ScratchDir(path));
  }
  ~ScratchDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDir(const ScratchDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit ScratchDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace provodka::log
