#include "ledger/log/derived_store.h"

#include "ledger/log/data_dir.h"
#include "ledger/log/rocks.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

namespace provodka::log {
namespace {

// Sorts after every id, whose keys have 16 bytes.
const std::string kThroughKey(17, '\xff');

rocksdb::ColumnFamilyOptions tile_options() {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;  // hashes
  options.write_buffer_size = 32 << 20;
  options.max_write_buffer_number = 3;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 16 << 10;
  table.checksum = rocksdb::kXXH3;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::ColumnFamilyOptions id_options() {
  rocksdb::ColumnFamilyOptions options;
  options.compression = rocksdb::kNoCompression;  // hashes
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.compaction_options_universal.min_merge_width = 6;
  options.level0_file_num_compaction_trigger = 12;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 4 << 10;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = false;
  table.block_cache = rocksdb::NewLRUCache(64 << 20);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions options_of(DerivedStore::Mode mode) {
  rocksdb::DBOptions options;
  options.create_if_missing = options.create_missing_column_families = mode == DerivedStore::Mode::owner;
  options.file_checksum_gen_factory = file_checksums();
  options.info_log = silent_logger();
  options.max_open_files = mode == DerivedStore::Mode::owner ? 512 : -1;
  options.max_background_jobs = 2;
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families_of_store() {
  return {{rocksdb::kDefaultColumnFamilyName, tile_options()}, {"ids", id_options()}};
}

std::string encode(const SeenId& id) {
  std::string value(16, '\0');
  const uint64_t position = id.position.value();
  std::memcpy(value.data(), &position, 8);
  std::memcpy(value.data() + 8, &id.check, 8);
  return value;
}

std::string mark_of(const std::string& dir) { return dir + "/damaged"; }

}  // namespace

struct DerivedStore::Impl {
  std::string dir;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  std::atomic<uint64_t> ids_through{0};
  std::atomic<bool> has_ids{false};
  Mode mode;
  std::atomic<bool> marked{false};

  Fault to_fault(const rocksdb::Status& status) {
    if (status.IsCorruption()) mark_damaged(status.ToString());
    return Fault{"the derived data: " + status.ToString()};
  }

  void mark_damaged(const std::string& why) {
    if (mode == Mode::owner && !marked.exchange(true))
      static_cast<void>(write_file_durably(mark_of(dir), why + "\n"));
  }

  rocksdb::ColumnFamilyHandle* tiles() const { return families[0]; }
  rocksdb::ColumnFamilyHandle* ids() const { return families[1]; }

  ~Impl() {
    for (auto* family : families) db->DestroyColumnFamilyHandle(family);
  }
};

DerivedStore::DerivedStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DerivedStore::~DerivedStore() = default;

Result<std::unique_ptr<DerivedStore>> DerivedStore::open(const std::string& dir, Mode mode) {
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->mode = mode;
  if (const auto mark = read_file(mark_of(dir)); mark && mode == Mode::owner) {
    return fault("the derived data was found to be damaged: {}",
                 std::string_view(*mark).substr(0, mark->find('\n')));
  }
  const rocksdb::DBOptions options = options_of(mode);
  const auto families = families_of_store();
  rocksdb::DB* db = nullptr;
  rocksdb::Status status;
  if (mode == Mode::owner) {
    std::error_code error;
    std::filesystem::create_directories(dir, error);
    if (error) return fault("cannot make {}: {}", dir, error.message());
    status = rocksdb::DB::Open(options, dir, families, &impl->families, &db);
  } else {
    const auto scratch = ScratchDir::make();
    if (!scratch) return std::unexpected(scratch.error());
    status = rocksdb::DB::OpenAsSecondary(options, dir, (*scratch)->path(), families, &impl->families, &db);
  }
  if (!status.ok()) return std::unexpected(impl->to_fault(status));
  impl->db.reset(db);
  std::string through;
  status = impl->db->Get({}, impl->ids(), kThroughKey, &through);
  if (status.ok() && through.size() == 8) {
    uint64_t position;
    std::memcpy(&position, through.data(), 8);
    impl->ids_through = position;
    impl->has_ids = true;
  } else if (!status.IsNotFound()) {
    return std::unexpected(impl->to_fault(status));
  }
  return std::unique_ptr<DerivedStore>(new DerivedStore(std::move(impl)));
}

Result<void> DerivedStore::put(std::span<const std::pair<std::string, std::string>> entries) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : entries) batch.Put(impl_->tiles(), key, value);
  rocksdb::WriteOptions write;
  write.disableWAL = true;
  if (const auto status = impl_->db->Write(write, &batch); !status.ok())
    return std::unexpected(impl_->to_fault(status));
  return {};
}

Result<std::optional<std::string>> DerivedStore::get(std::string_view key) const {
  std::string value;
  const auto status = impl_->db->Get({}, impl_->tiles(), rocksdb::Slice(key.data(), key.size()), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(impl_->to_fault(status));
  return value;
}

Result<void> DerivedStore::flush() {
  if (const auto status = impl_->db->Flush({}, impl_->tiles()); !status.ok())
    return std::unexpected(impl_->to_fault(status));
  return {};
}

Result<void> DerivedStore::add_ids(std::vector<SeenId> ids, Position through) {
  // An id can be there twice when a tail is read again after a crash: the first place is the right one.
  // Keys are compared as two big-endian numbers, which is their order as bytes.
  const auto part = [](const SeenId& id, size_t at) {
    uint64_t number;
    std::memcpy(&number, id.key.data() + at, 8);
    return be64toh(number);
  };
  std::ranges::sort(ids, [&](const SeenId& a, const SeenId& b) {
    if (const uint64_t x = part(a, 0), y = part(b, 0); x != y) return x < y;
    if (const uint64_t x = part(a, 8), y = part(b, 8); x != y) return x < y;
    return a.position < b.position;
  });
  const std::string path = impl_->dir + "/ids-" + std::to_string(through.value()) + ".tmp";
  rocksdb::Options options(rocksdb::DBOptions(), id_options());
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, impl_->ids());
  auto status = writer.Open(path);
  const SeenId* previous = nullptr;
  for (const SeenId& id : ids) {
    if (!status.ok()) break;
    if (previous && previous->key == id.key) continue;
    status = writer.Put(rocksdb::Slice(reinterpret_cast<const char*>(id.key.data()), 16), encode(id));
    previous = &id;
  }
  const uint64_t position = through.value();
  if (status.ok())
    status = writer.Put(kThroughKey, rocksdb::Slice(reinterpret_cast<const char*>(&position), 8));
  if (status.ok()) status = writer.Finish();
  rocksdb::IngestExternalFileOptions ingest;
  ingest.move_files = true;
  if (status.ok()) status = impl_->db->IngestExternalFile(impl_->ids(), {path}, ingest);
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
  if (!status.ok()) return std::unexpected(impl_->to_fault(status));
  impl_->ids_through = position;
  impl_->has_ids = true;
  return {};
}

Result<std::optional<SeenId>> DerivedStore::find_id(const std::array<unsigned char, 16>& key) const {
  if (!impl_->has_ids) return std::nullopt;
  rocksdb::PinnableSlice value;
  const auto status =
      impl_->db->Get({}, impl_->ids(), rocksdb::Slice(reinterpret_cast<const char*>(key.data()), 16), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return std::unexpected(impl_->to_fault(status));
  if (value.size() != 16) return fault("the derived data: an id's entry has {} bytes", value.size());
  SeenId id{.key = key, .position = {}, .check = 0};
  uint64_t position;
  std::memcpy(&position, value.data(), 8);
  std::memcpy(&id.check, value.data() + 8, 8);
  id.position = Position(position);
  return id;
}

Result<void> DerivedStore::check_files(const std::function<bool(size_t)>& go_on) const {
  const auto open_for_reading = [&](std::unique_ptr<rocksdb::DB>& db) {
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    auto status = rocksdb::DB::OpenForReadOnly(options_of(Mode::reader), impl_->dir, families_of_store(),
                                               &handles, &opened);
    for (auto* handle : handles) opened->DestroyColumnFamilyHandle(handle);
    db.reset(opened);
    return status;
  };
  auto checked = impl_->mode == Mode::owner ? check_table_files(*impl_->db, impl_->dir, go_on)
                                            : check_table_files(open_for_reading, impl_->dir, go_on);
  if (!checked) impl_->mark_damaged(checked.error().what);
  return checked;
}

Position DerivedStore::ids_through() const { return Position(impl_->ids_through); }

}  // namespace provodka::log
