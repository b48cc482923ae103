#include "ledger/log/event_log.h"

#include "ledger/core/invariant.h"
#include "ledger/log/data_dir.h"
#include "ledger/log/rocks.h"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace provodka::log {
namespace {

rocksdb::Options options_of(EventLog::Mode mode) {
  rocksdb::Options options;
  options.create_if_missing = mode == EventLog::Mode::owner;
  // A record that was cut off at the very end is what a crash leaves; a record that is damaged is damage. The
  // default, point-in-time recovery, would open silently over both.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  if (mode == EventLog::Mode::salvage)
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  options.track_and_verify_wals_in_manifest = mode != EventLog::Mode::salvage;
  options.file_checksum_gen_factory = file_checksums();
  options.paranoid_checks = true;
  // Frames are compressed already, large, and come in the order of their keys: files never overlap, so
  // compaction only moves them down by name.
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = 64 << 20;
  options.max_write_buffer_number = 4;
  options.target_file_size_base = 64 << 20;
  options.allow_concurrent_memtable_write = false;
  options.bytes_per_sync = 1 << 20;
  options.max_open_files = mode == EventLog::Mode::owner ? 512 : -1;  // a secondary needs all of them
  options.info_log = silent_logger();
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16 << 10;
  table.checksum = rocksdb::kXXH3;
  table.cache_index_and_filter_blocks = false;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

struct EventLog::Impl {
  Mode mode;
  std::string dir;
  std::unique_ptr<rocksdb::DB> db;
  std::atomic<uint64_t> last{0};
  std::atomic<uint64_t> text_bytes{0};
  std::atomic<uint64_t> stored_bytes{0};
  Buffer encoded;  // the appending thread's, kept for its memory
  rocksdb::WriteBatch batch;
  std::string failed;  // why nothing more is accepted

  // At the frame that holds `from`, or the first one behind it. Whoever reads on from there reads ahead.
  std::unique_ptr<rocksdb::Iterator> iterator_at(Position from, size_t readahead = 2 << 20) const {
    rocksdb::ReadOptions read;
    read.fill_cache = false;
    read.readahead_size = readahead;
    std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(read));
    it->SeekForPrev(rocks_key(from));
    if (!it->Valid() && it->status().ok()) it->SeekToFirst();
    if (!it->status().ok()) walk_to(from, *it);
    return it;
  }

  // The same where going backwards failed: that looks into the end of every file in front of `from`, and one
  // of them may be damaged. Going forwards touches only what lies between.
  void walk_to(Position from, rocksdb::Iterator& it) const {
    std::vector<rocksdb::LiveFileMetaData> files;
    db->GetLiveFilesMetaData(&files);
    uint64_t before = 0, found = 0;
    for (const auto& file : files) {
      const uint64_t largest = position_of(file.largestkey).value();
      if (largest <= from.value()) before = std::max(before, largest);
    }
    for (const uint64_t start : {before, before + 1}) {
      for (it.Seek(rocks_key(Position(start))); it.Valid() && position_of(it.key()) <= from; it.Next()) {
        found = position_of(it.key()).value();
      }
      if (found != 0) break;
    }
    it.Seek(rocks_key(Position(found != 0 ? found : before)));
  }

  // The first key behind `position` that RocksDB can find again, or `otherwise`.
  uint64_t readable_behind(uint64_t position, uint64_t otherwise) const {
    uint64_t low = position, high = otherwise;
    while (high - low > 1) {
      const uint64_t middle = low + (high - low) / 2;
      const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}));
      it->Seek(rocks_key(Position(middle)));
      (it->status().ok() ? high : low) = middle;
    }
    const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator({}));
    it->Seek(rocks_key(Position(high)));
    return it->Valid() ? std::min(position_of(it->key()).value(), otherwise) : otherwise;
  }

  std::vector<FramePtr> frames_beside_damage(uint64_t next, uint64_t past, std::string& reason) const;

  Result<void> find_last() {
    const auto it = iterator_at(Position(~uint64_t{0}));
    if (!it->status().ok() && mode != Mode::salvage)
      return fault("the end of the log in {} cannot be read: {}", dir, it->status().ToString());
    if (!it->Valid()) return {};
    if (mode == Mode::salvage) {
      const auto header = frame_header({it->value().data(), it->value().size()});
      last = header ? position_of(it->key()).value() + header->count - 1 : position_of(it->key()).value();
      return {};
    }
    const auto frame = decode_frame({it->value().data(), it->value().size()}, position_of(it->key()));
    if (!frame) return fault("the last frame of the log in {}: {}", dir, frame.error().what);
    last = (*frame)->last().value();
    return {};
  }
};

// RocksDB reads nothing of a block that is damaged, and asked to read it unchecked it may end the process.
// But frames stand in the files as they are and have checksums of their own: those that hold positions from
// `next` to before `past` and are whole are found by their magic. `reason` becomes what is wrong with the
// frame at `next`.
std::vector<FramePtr> EventLog::Impl::frames_beside_damage(uint64_t next, uint64_t past,
                                                           std::string& reason) const {
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  std::ranges::sort(files, {}, &rocksdb::LiveFileMetaData::smallestkey);
  std::vector<FramePtr> frames;
  for (size_t i = 0; i < files.size(); ++i) {
    if (position_of(files[i].smallestkey).value() >= past) break;
    if (i + 1 < files.size() && position_of(files[i + 1].smallestkey).value() <= next) continue;
    const auto bytes = read_file(dir + "/" + files[i].relative_filename);
    if (!bytes) continue;
    for (size_t at = bytes->find(kFrameMagic); at != bytes->npos; at = bytes->find(kFrameMagic, at + 1)) {
      const auto header = frame_header(std::string_view(*bytes).substr(at));
      if (!header || header->first.value() >= past || header->first.value() + header->count <= next) continue;
      auto frame = decode_frame(std::string_view(*bytes).substr(at, header->stored_bytes), header->first);
      if (frame) {
        frames.push_back(std::move(*frame));
      } else if (header->first.value() == next) {
        reason = frame.error().what;
      }
    }
  }
  std::ranges::sort(frames, {}, [](const FramePtr& frame) { return frame->first(); });
  return frames;
}

EventLog::EventLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLog::~EventLog() = default;

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& dir, Mode mode) {
  auto impl = std::make_unique<Impl>();
  impl->mode = mode;
  impl->dir = dir;
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (mode == Mode::owner) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error) return fault("cannot make {}: {}", dir, error.message());
    status = rocksdb::DB::Open(options_of(mode), dir, &db);
  } else if (mode == Mode::salvage) {
    status = rocksdb::DB::OpenForReadOnly(options_of(mode), dir, &db);
  } else {
    const auto scratch = ScratchDir::make();
    if (!scratch) return std::unexpected(scratch.error());
    status = rocksdb::DB::OpenAsSecondary(options_of(mode), dir, (*scratch)->path(), &db);
  }
  if (!status.ok()) return fault("the log in {} cannot be opened: {}", dir, status.ToString());
  impl->db.reset(db);
  if (const auto found = impl->find_last(); !found) return std::unexpected(found.error());
  return std::unique_ptr<EventLog>(new EventLog(std::move(impl)));
}

Result<Position> EventLog::examine(const std::string& dir) {
  namespace fs = std::filesystem;
  if (!fs::exists(dir + "/CURRENT")) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(dir, error)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".sst" || extension == ".log") {
        return fault("the log in {} cannot be opened: its file CURRENT is missing", dir);
      }
    }
    return Position();
  }
  auto options = options_of(Mode::reader);
  options.max_open_files = 512;
  rocksdb::DB* opened = nullptr;
  if (const auto status = rocksdb::DB::OpenForReadOnly(options, dir, &opened); !status.ok()) {
    return fault("the log in {} cannot be opened: {}", dir, status.ToString());
  }
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::vector<rocksdb::LiveFileMetaData> files;
  db->GetLiveFilesMetaData(&files);
  std::ranges::sort(files, {}, &rocksdb::LiveFileMetaData::smallestkey);
  uint64_t next = 1;  // the position that must come next
  const auto continues = [&](const rocksdb::Slice& key) -> Result<void> {
    const Position first = position_of(key);
    if (first.value() <= next) return {};
    return fault("the log in {} is damaged: events at positions {} to {} are missing between its files", dir,
                 next, first.value() - 1);
  };
  rocksdb::ReadOptions read;
  read.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(db->NewIterator(read));
  const auto take = [&] {
    const auto header = frame_header({it->value().data(), it->value().size()});
    next = std::max(next, position_of(it->key()).value() + (header ? header->count : 1));
  };
  bool is_known = true;  // false behind a last frame that is damaged: reading the log finds that
  // Of each file the last frame, and each frame that is in no file yet. What is inside a file came there
  // whole.
  for (const auto& file : files) {
    if (!is_known) next = position_of(file.smallestkey).value();
    if (const auto follows = continues(file.smallestkey); !follows) return std::unexpected(follows.error());
    it->Seek(file.largestkey);
    is_known = it->Valid();
    if (is_known) take();
  }
  for (it->Seek(rocks_key(Position(next))); it->Valid(); it->Next()) {
    if (const auto follows = continues(it->key()); !follows) return std::unexpected(follows.error());
    take();
  }
  if (!it->status().ok())
    return fault("the end of the log in {} cannot be read: {}", dir, it->status().ToString());
  return Position(next - 1);
}

Result<void> EventLog::append(std::span<const FramePtr> frames) {
  INVARIANT(impl_->mode == Mode::owner, "only the owner appends");
  if (!impl_->failed.empty()) return fault("the log stopped: {}", impl_->failed);
  rocksdb::WriteBatch& batch = impl_->batch;
  batch.Clear();
  uint64_t last = impl_->last, text = 0, stored_bytes = 0;
  for (const FramePtr& frame : frames) {
    INVARIANT(frame->first().value() == last + 1, "frames continue the log", frame->first(), last);
    last = frame->last().value();
    encode_frame(*frame, impl_->encoded);
    text += frame->text().size();
    stored_bytes += impl_->encoded.size();
    batch.Put(rocks_key(frame->first()), rocksdb::Slice(impl_->encoded.data(), impl_->encoded.size()));
  }
  rocksdb::WriteOptions write;
  write.sync = true;
  if (const auto status = impl_->db->Write(write, &batch); !status.ok()) {
    impl_->failed = status.ToString();
    return fault("writing the log failed: {}", impl_->failed);
  }
  impl_->text_bytes += text;
  impl_->stored_bytes += stored_bytes;
  impl_->last = last;
  return {};
}

Position EventLog::last() const { return Position(impl_->last); }

Result<void> EventLog::catch_up() {
  INVARIANT(impl_->mode == Mode::reader, "only a reader catches up");
  if (const auto status = impl_->db->TryCatchUpWithPrimary(); !status.ok())
    return fault("the log in {} cannot be followed: {}", impl_->dir, status.ToString());
  return impl_->find_last();
}

Result<FramePtr> EventLog::frame_at(Position position) const {
  const auto it = impl_->iterator_at(position, 0);
  if (!it->Valid()) {
    std::string reason = it->status().ok() ? "there is no frame" : it->status().ToString();
    auto beside = impl_->frames_beside_damage(position.value(), position.value() + 1, reason);
    if (!beside.empty()) return std::move(beside.front());
    return fault("position {} cannot be read: {}", position, reason);
  }
  auto frame = decode_frame({it->value().data(), it->value().size()}, position_of(it->key()));
  if (!frame) return fault("frame {}: {}", position_of(it->key()), frame.error().what);
  if ((*frame)->last() < position) return fault("position {} is missing from the log", position);
  return frame;
}

void EventLog::scan(Position from, Position through, const std::function<bool(const FramePtr&)>& on_frame,
                    const std::function<void(const Damage&)>& on_damage) const {
  uint64_t next = from.value();  // what must come next
  const auto lost = [&](uint64_t past, const std::string& reason) {
    past = std::min(past, through.value() + 1);
    if (past > next) on_damage({Position(next), Position(next), Position(past - 1), reason});
    next = std::max(next, past);
  };
  // False when it is enough.
  const auto take = [&](const FramePtr& frame, const std::string& missing) {
    if (frame->last().value() < next) return true;
    lost(frame->first().value(), missing);
    if (next > through.value()) return false;
    next = frame->last().value() + 1;
    return on_frame(frame);
  };
  auto it = impl_->iterator_at(from);
  while (next <= through.value()) {
    std::string reason;
    if (it->Valid()) {
      const auto frame = decode_frame({it->value().data(), it->value().size()}, position_of(it->key()));
      if (frame) {
        if (!take(*frame, "events are missing between two frames")) return;
        it->Next();
        continue;
      }
      reason = frame.error().what;
      lost(position_of(it->key()).value(), "events are missing between two frames");
    } else if (it->status().ok()) {
      break;
    } else {
      reason = it->status().ToString();
    }
    const uint64_t past = impl_->readable_behind(next, through.value() + 1);
    for (const FramePtr& frame : impl_->frames_beside_damage(next, past, reason)) {
      if (!take(frame, reason)) return;
    }
    lost(past, reason);
    it = impl_->iterator_at(Position(next));
  }
  lost(through.value() + 1, "the log ends before what was acknowledged");
}

Result<void> EventLog::check_files(const std::function<bool(size_t)>& go_on) const {
  if (impl_->mode != Mode::reader) return check_table_files(*impl_->db, impl_->dir, go_on);
  const auto open_for_reading = [&](std::unique_ptr<rocksdb::DB>& db) {
    rocksdb::DB* opened = nullptr;
    auto status = rocksdb::DB::OpenForReadOnly(options_of(Mode::reader), impl_->dir, &opened);
    db.reset(opened);
    return status;
  };
  return check_table_files(open_for_reading, impl_->dir, go_on);
}

uint64_t EventLog::text_bytes_written() const { return impl_->text_bytes; }
uint64_t EventLog::stored_bytes_written() const { return impl_->stored_bytes; }

}  // namespace provodka::log
