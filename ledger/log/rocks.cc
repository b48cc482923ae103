#include "ledger/log/rocks.h"

#include "ledger/core/hash.h"

#include <set>

#include <fcntl.h>
#include <rocksdb/env.h>
#include <unistd.h>

namespace provodka::log {
namespace {

class FileChecksum final : public rocksdb::FileChecksumGenerator {
 public:
  static constexpr const char* kName = "XXH3_64";
  FileChecksum() { XXH3_64bits_reset(&state_); }
  void Update(const char* data, size_t bytes) override { XXH3_64bits_update(&state_, data, bytes); }
  void Finalize() override {
    XXH64_canonical_t sum;
    XXH64_canonicalFromHash(&sum, XXH3_64bits_digest(&state_));
    sum_.assign(reinterpret_cast<const char*>(sum.digest), sizeof sum.digest);
  }
  std::string GetChecksum() const override { return sum_; }
  const char* Name() const override { return kName; }

 private:
  XXH3_state_t state_;
  std::string sum_;
};

class FileChecksums final : public rocksdb::FileChecksumGenFactory {
 public:
  std::unique_ptr<rocksdb::FileChecksumGenerator> CreateFileChecksumGenerator(
      const rocksdb::FileChecksumGenContext&) override {
    return std::make_unique<FileChecksum>();
  }
  const char* Name() const override { return "provodka.FileChecksums"; }
};

enum class Found { whole, damaged, missing, given_up };

Found check_file(const std::string& path, const std::string& expected,
                 const std::function<bool(size_t)>& go_on) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno == ENOENT ? Found::missing : Found::damaged;
  FileChecksum sum;
  std::string piece(1 << 20, '\0');
  ssize_t bytes;
  bool more = true;
  while (more && (bytes = ::read(fd, piece.data(), piece.size())) > 0) {
    sum.Update(piece.data(), static_cast<size_t>(bytes));
    more = !go_on || go_on(static_cast<size_t>(bytes));
  }
  ::close(fd);
  if (!more) return Found::given_up;
  sum.Finalize();
  return bytes == 0 && sum.GetChecksum() == expected ? Found::whole : Found::damaged;
}

}  // namespace

Result<void> check_table_files(rocksdb::DB& db, const std::string& dir,
                               const std::function<bool(size_t)>& go_on) {
  std::set<std::string> missing;
  for (bool again = true; again;) {
    again = false;
    std::vector<rocksdb::LiveFileMetaData> files;
    db.GetLiveFilesMetaData(&files);
    for (const auto& file : files) {
      if (file.file_checksum_func_name != FileChecksum::kName) continue;  // from before checksums were kept
      const std::string path = dir + "/" + file.relative_filename;
      switch (check_file(path, file.file_checksum, go_on)) {
        case Found::whole:
          break;
        case Found::given_up:
          return {};
        case Found::damaged:
          return fault("{} is damaged: its checksum differs", path);
        case Found::missing:
          // Compaction replaces files at any time: what is gone for good is still named at the second look.
          if (!missing.insert(path).second) return fault("{} is missing", path);
          again = true;
      }
      if (again) break;
    }
  }
  return {};
}

Result<void> check_table_files(const OpenForReading& open, const std::string& dir,
                               const std::function<bool(size_t)>& go_on) {
  Result<void> checked;
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::unique_ptr<rocksdb::DB> db;
    const auto status = open(db);
    checked = status.ok() ? check_table_files(*db, dir, go_on)
                          : fault("{} cannot be opened: {}", dir, status.ToString());
    if (checked) break;
  }
  return checked;
}

std::shared_ptr<rocksdb::FileChecksumGenFactory> file_checksums() {
  return std::make_shared<FileChecksums>();
}

std::shared_ptr<rocksdb::Logger> silent_logger() {
  struct Silent : rocksdb::Logger {
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
  };
  return std::make_shared<Silent>();
}

}  // namespace provodka::log
