#pragma once

#include <endian.h>
#include <rocksdb/slice.h>
#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <memory>
#include <string>

#include "ledger/core/ids.h"
#include "ledger/core/result.h"

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

// A directory that vanishes with its owner: a RocksDB that is opened beside its writer wants one for notes.
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
