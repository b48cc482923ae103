#include "ledger/engine/snapshot.h"

#include <fcntl.h>
#include <lz4.h>
#include <unistd.h>

#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/core/hash.h"
#include "ledger/core/invariant.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <openssl/sha.h>

namespace provodka::engine {
namespace fs = std::filesystem;
namespace {

constexpr uint64_t kMagic = 0x31504e53'4b445650;  // "PVDKSNP1"

struct FileHeader {
  uint64_t magic;
  uint32_t layout;
  uint32_t tables;
  uint64_t position;
  int64_t time_us;
};

struct TableHeader {
  uint64_t rows;
  uint32_t row_bytes;
  uint32_t rows_per_page;
};

struct PageHeader {
  uint32_t table;
  uint32_t page;
  uint32_t bytes;
  uint32_t stored_bytes;
  uint64_t checksum;  // of the stored bytes, seeded with the members before it
};

struct FileEnd {
  uint64_t pages;
  log::Hash state;
  uint64_t checksum;  // of header, table headers and the two members before it
};

template <class T>
std::string_view bytes_of(const T& value) {
  static_assert(std::has_unique_object_representations_v<T>);
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

uint64_t page_checksum(const PageHeader& header, std::string_view stored) {
  return hash_of(stored,
                 hash_of({reinterpret_cast<const char*>(&header), offsetof(PageHeader, checksum)}, 0));
}

log::Hash sha256(std::span<const std::byte> bytes) {
  SHA256_CTX sha;
  SHA256_Init(&sha);
  SHA256_Update(&sha, bytes.data(), bytes.size());
  log::Hash hash;
  SHA256_Final(hash.bytes.data(), &sha);
  return hash;
}

// The hash of the state from the hashes of its pages in order.
class StateHash {
 public:
  StateHash() { SHA256_Init(&sha_); }
  void table(uint64_t rows) { SHA256_Update(&sha_, &rows, sizeof rows); }
  void page(const log::Hash& hash) { SHA256_Update(&sha_, hash.bytes.data(), hash.bytes.size()); }
  log::Hash finish() {
    log::Hash hash;
    SHA256_Final(hash.bytes.data(), &sha_);
    return hash;
  }

 private:
  SHA256_CTX sha_;
};

std::string snapshot_path(const std::string& dir, Position position) {
  return fmt::format("{}/{:020}.snap", dir, position.value());
}

// Buffered writing to a file descriptor that remembers the first error.
class File {
 public:
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (fd_ < 0) error_ = errno;
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  void write(std::string_view bytes) {
    buffer_.append(bytes);
    if (buffer_.size() >= 1 << 20) flush();
  }
  void flush() {
    std::string_view rest = buffer_;
    while (!error_ && !rest.empty()) {
      const ssize_t wrote = ::write(fd_, rest.data(), rest.size());
      if (wrote < 0) {
        error_ = errno;
      } else {
        rest.remove_prefix(static_cast<size_t>(wrote));
      }
    }
    buffer_.clear();
  }
  Result<void> sync() {
    flush();
    if (!error_ && ::fdatasync(fd_) != 0) error_ = errno;
    if (error_) return fault("a snapshot cannot be written: {}", std::strerror(error_));
    return {};
  }

 private:
  int fd_;
  int error_ = 0;
  std::string buffer_;
};

}  // namespace

log::Hash state_hash(World& world) {
  StateHash state;
  for (AnyTable* table : world.tables()) {
    state.table(table->rows());
    for (uint32_t page = 0; page < table->pages(); ++page) state.page(sha256(table->page(page)));
  }
  return state.finish();
}

SnapshotWriter::SnapshotWriter(Shard& shard, const std::string& dir)
    : dir_(dir),
      position_(shard.position),
      time_(shard.time),
      path_(snapshot_path(dir, shard.position)),
      temporary_(path_ + ".tmp") {
  uint32_t index = 0;
  for (AnyTable* table : shard.world.tables()) {
    Source& source = sources_.emplace_back();
    source.table = table;
    source.rows = table->rows();
    source.pages = table->pages();
    source.copied.resize(source.pages);
    source.before_change = [this, index](uint32_t page) {
      Source& from = sources_[index];
      if (page < from.pages && !from.copied[page]) copy(index, page);
    };
    table->watch(&source.before_change);
    ++index;
  }
}

SnapshotWriter::~SnapshotWriter() { finish(); }

void SnapshotWriter::finish() {
  if (!watching_) return;
  watching_ = false;
  for (Source& source : sources_) source.table->unwatch(&source.before_change);
}

void SnapshotWriter::copy(uint32_t table, uint32_t page) {
  Source& source = sources_[table];
  source.copied[page] = true;
  const auto bytes = source.table->page(page);
  const uint64_t first = uint64_t{page} * source.table->rows_per_page();
  const size_t size =
      std::min<uint64_t>(source.table->rows_per_page(), source.rows - first) * source.table->row_bytes();
  Page copied{table, page, {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)}};
  std::lock_guard lock(mutex_);
  if (cancelled_) return;
  queued_bytes_ += size;
  queue_.push_back(std::move(copied));
  ready_.notify_one();
}

bool SnapshotWriter::step(size_t bytes_max) {
  size_t bytes = 0;
  {
    // Copies wait in memory for the other thread: do not run far ahead of it.
    std::lock_guard lock(mutex_);
    if (queued_bytes_ > (64 << 20)) return false;
  }
  for (; table_ < sources_.size(); ++table_, page_ = 0) {
    Source& source = sources_[table_];
    for (; page_ < source.pages; ++page_) {
      if (bytes >= bytes_max) return false;
      if (source.copied[page_]) continue;
      copy(static_cast<uint32_t>(table_), page_);
      bytes += uint64_t{source.table->rows_per_page()} * source.table->row_bytes();
    }
  }
  finish();
  std::lock_guard lock(mutex_);
  complete_ = true;
  ready_.notify_all();
  return true;
}

void SnapshotWriter::cancel() {
  finish();
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  ready_.notify_all();
}

Result<SnapshotInfo> SnapshotWriter::write() {
  File file(temporary_);
  std::string start(bytes_of(FileHeader{.magic = kMagic,
                                        .layout = World::kLayoutVersion,
                                        .tables = static_cast<uint32_t>(sources_.size()),
                                        .position = position_.value(),
                                        .time_us = time_.micros}));
  std::vector<std::vector<log::Hash>> hashes;
  for (const Source& source : sources_) {
    start += bytes_of(TableHeader{source.rows, source.table->row_bytes(), source.table->rows_per_page()});
    hashes.emplace_back(source.pages);
  }
  file.write(start);
  uint64_t pages = 0;
  std::string stored;
  for (;;) {
    Page page;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return !queue_.empty() || complete_ || cancelled_; });
      if (cancelled_) {
        ::unlink(temporary_.c_str());
        return fault("the snapshot was given up");
      }
      if (queue_.empty()) break;
      page = std::move(queue_.front());
      queue_.pop_front();
      queued_bytes_ -= page.bytes.size();
    }
    hashes[page.table][page.page] = sha256(page.bytes);
    const int size = static_cast<int>(page.bytes.size());
    stored.resize(static_cast<size_t>(LZ4_compressBound(size)));
    stored.resize(
        static_cast<size_t>(LZ4_compress_default(reinterpret_cast<const char*>(page.bytes.data()),
                                                 stored.data(), size, static_cast<int>(stored.size()))));
    PageHeader header{.table = page.table,
                      .page = page.page,
                      .bytes = static_cast<uint32_t>(size),
                      .stored_bytes = static_cast<uint32_t>(stored.size()),
                      .checksum = 0};
    header.checksum = page_checksum(header, stored);
    file.write(bytes_of(header));
    file.write(stored);
    ++pages;
  }
  StateHash state;
  for (size_t i = 0; i < sources_.size(); ++i) {
    state.table(sources_[i].rows);
    for (const log::Hash& hash : hashes[i]) state.page(hash);
  }
  FileEnd end{.pages = pages, .state = state.finish(), .checksum = 0};
  end.checksum =
      hash_of({reinterpret_cast<const char*>(&end), offsetof(FileEnd, checksum)}, hash_of(start, 0));
  file.write(bytes_of(end));
  if (const auto synced = file.sync(); !synced) {
    ::unlink(temporary_.c_str());
    return std::unexpected(synced.error());
  }
  return SnapshotInfo{position_, time_, end.state};
}

Result<void> SnapshotWriter::publish() {
  std::error_code error;
  fs::rename(temporary_, path_, error);
  if (error) return fault("a snapshot cannot be published: {}", error.message());
  // The one before it stays as well, should this one be damaged.
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(dir_, error)) {
    if (entry.path().extension() == ".snap") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  for (size_t i = 0; i + 2 < files.size(); ++i) fs::remove(files[i], error);
  return {};
}

Result<SnapshotInfo> read_snapshot(const std::string& path, Shard& shard) {
  std::ifstream in(path, std::ios::binary);
  const auto get = [&in](auto& value) {
    in.read(reinterpret_cast<char*>(&value), sizeof value);
    return in.good();
  };
  FileHeader header;
  if (!in || !get(header) || header.magic != kMagic) return fault("it does not begin as a snapshot");
  if (header.layout != World::kLayoutVersion)
    return fault("it is of layout {}, not {}", header.layout, World::kLayoutVersion);
  const auto tables = shard.world.tables();
  if (header.tables != tables.size()) return fault("it has {} tables", header.tables);
  std::string start(bytes_of(header));
  for (AnyTable* table : tables) {
    TableHeader t;
    if (!get(t)) return fault("it ends early");
    if (t.row_bytes != table->row_bytes() || t.rows_per_page != table->rows_per_page() ||
        t.rows >= uint64_t{1} << 40) {
      return fault("its tables are laid out differently");
    }
    start += bytes_of(t);
    table->resize(t.rows);
  }
  uint64_t expected_pages = 0;
  for (AnyTable* table : tables) expected_pages += table->pages();
  std::string stored;
  for (uint64_t i = 0; i < expected_pages; ++i) {
    PageHeader page;
    if (!get(page)) return fault("it ends early");
    if (page.table >= tables.size() || page.page >= tables[page.table]->pages() ||
        page.stored_bytes > (16 << 20)) {
      return fault("its page {} is damaged", i);
    }
    stored.resize(page.stored_bytes);
    in.read(stored.data(), static_cast<std::streamsize>(stored.size()));
    const auto to = tables[page.table]->page_for_loading(page.page);
    if (!in.good() || page.checksum != page_checksum(page, stored) || page.bytes != to.size() ||
        LZ4_decompress_safe(stored.data(), reinterpret_cast<char*>(to.data()),
                            static_cast<int>(stored.size()),
                            static_cast<int>(to.size())) != static_cast<int>(to.size())) {
      return fault("its page {} is damaged", i);
    }
  }
  FileEnd end;
  if (!get(end)) return fault("it ends early");
  if (end.pages != expected_pages ||
      end.checksum !=
          hash_of({reinterpret_cast<const char*>(&end), offsetof(FileEnd, checksum)}, hash_of(start, 0))) {
    return fault("its end is damaged");
  }
  if (in.peek() != std::char_traits<char>::eof()) return fault("there is something after its end");
  shard.position = Position(header.position);
  shard.time = Instant{header.time_us};
  if (state_hash(shard.world) != end.state) return fault("its state does not have the hash it says");
  shard.world.index_all();
  return SnapshotInfo{shard.position, shard.time, end.state};
}

std::vector<std::pair<Position, std::string>> snapshot_files(const std::string& dir) {
  std::error_code error;
  std::vector<std::pair<Position, std::string>> files;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".snap") continue;
    const std::string stem = entry.path().stem().string();
    uint64_t position = 0;
    std::from_chars(stem.data(), stem.data() + stem.size(), position);
    files.emplace_back(position, entry.path().string());
  }
  std::ranges::sort(files, std::greater());
  return files;
}

Result<std::optional<SnapshotInfo>> load_snapshot(const std::string& dir, Position through, Shard& shard,
                                                  const std::function<void(std::string)>& warn) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(dir, error)) {
    if (entry.path().extension() == ".tmp") fs::remove(entry.path(), error);
  }
  for (const auto& [position, path] : snapshot_files(dir)) {
    if (position <= through) {
      shard = Shard();
      auto info = read_snapshot(path, shard);
      if (info) return *info;
      warn(fmt::format("snapshot {} is not used: {}", path, info.error().what));
    }
    fs::remove(path, error);
  }
  shard = Shard();
  return std::nullopt;
}

}  // namespace provodka::engine
