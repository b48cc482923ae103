#include "ledger/log/subscriber_keys.h"

#include "ledger/core/thread_name.h"
#include "ledger/log/note.h"
#include "ledger/log/rocks.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/table_properties.h>
#include <rocksdb/write_batch.h>
#include <sodium.h>

namespace provodka::log {
namespace {

constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

// A secret that leaves no copy behind.
struct Key {
  std::array<unsigned char, kKeyBytes> bytes{};
  Key() = default;
  Key(const Key&) = delete;
  ~Key() { sodium_memzero(bytes.data(), bytes.size()); }
};

rocksdb::Options key_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.file_checksum_gen_factory = file_checksums();
  options.paranoid_checks = true;
  options.compression = rocksdb::kNoCompression;  // random bytes
  // Small files: to take one key off the disk the files that it is in are written anew.
  options.write_buffer_size = 4 << 20;
  options.max_write_buffer_number = 4;  // the writer of the log makes keys, and should not wait for a flush
  options.target_file_size_base = 4 << 20;
  options.max_bytes_for_level_base = 64 << 20;
  options.max_open_files = 128;
  options.allow_fallocate = false;  // most are small, and a disk may be nearly full
  options.info_log = silent_logger();
  rocksdb::BlockBasedTableOptions table;
  table.block_size = 4 << 10;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::string store_key(std::string_view tenant, std::string_view subscriber) {
  std::string key(tenant);
  key += '\0';
  key += subscriber;
  return key;
}

std::string additional_data(std::string_view tenant, std::string_view subscriber) {
  std::string text(tenant);
  text += '/';
  text += subscriber;
  return text;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct SubscriberKeys::Impl {
  std::string dir;
  std::function<void(std::string)> warn;
  bool was_made = false;
  bool is_reader = false;
  std::unique_ptr<rocksdb::DB> db;
  std::mutex making;
  std::atomic<bool> unsynced{false};

  // What was destroyed and is still in the files: between these two keys.
  std::mutex mutex;
  std::condition_variable wake;
  std::optional<std::pair<std::string, std::string>> to_purge;
  bool stop = false;
  std::thread purger;

  Fault to_fault(const rocksdb::Status& status) const {
    return Fault{fmt::format("the subscribers' keys in {}: {}", dir, status.ToString())};
  }

  Result<bool> find(const std::string& name, Key& key) const {
    rocksdb::PinnableSlice value;
    const auto status = db->Get({}, db->DefaultColumnFamily(), name, &value);
    if (status.IsNotFound()) return false;
    if (!status.ok()) return std::unexpected(to_fault(status));
    if (value.size() != kKeyBytes) return fault("the subscribers' keys in {}: one has another length", dir);
    std::copy_n(bytes_of({value.data(), value.size()}), kKeyBytes, key.bytes.begin());
    return true;
  }

  // Two that ask for a new key at the same time get the same one.
  Result<void> find_or_make(const std::string& name, Key& key) {
    std::lock_guard lock(making);
    const auto found = find(name, key);
    if (!found) return std::unexpected(found.error());
    if (*found) return {};
    randombytes_buf(key.bytes.data(), key.bytes.size());
    const auto status =
        db->Put({}, name, rocksdb::Slice(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size()));
    if (!status.ok()) return std::unexpected(to_fault(status));
    unsynced.store(true, std::memory_order_release);
    return {};
  }

  void purge_later(std::string first, std::string last) {
    std::lock_guard lock(mutex);
    if (to_purge) {
      to_purge->first = std::min(to_purge->first, first);
      to_purge->second = std::max(to_purge->second, last);
    } else {
      to_purge.emplace(std::move(first), std::move(last));
    }
    wake.notify_one();
  }

  // Writes the files anew that a destroyed key may be in, down to the last level. The log of writes that held
  // it goes with the flush.
  void purge(const std::string& first, const std::string& last) {
    rocksdb::CompactRangeOptions options;
    options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
    const rocksdb::Slice begin(first), end(last);
    auto status = db->Flush({});
    if (status.ok()) status = db->CompactRange(options, &begin, &end);
    if (!status.ok()) {
      warn(to_fault(status).what +
           "; keys that were destroyed are still in its files, and leave them at the next start");
    }
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      wake.wait(lock, [this] { return to_purge || stop; });
      if (!to_purge) return;
      const auto range = *std::exchange(to_purge, std::nullopt);
      lock.unlock();
      purge(range.first, range.second);
      lock.lock();
    }
  }

  // Marks of deletion are left where a purge was cut short.
  Result<bool> has_marks() const {
    rocksdb::TablePropertiesCollection tables;
    const auto status = db->GetPropertiesOfAllTables(&tables);
    if (!status.ok()) return std::unexpected(to_fault(status));
    return std::ranges::any_of(tables, [](const auto& table) { return table.second->num_deletions > 0; });
  }
};

SubscriberKeys::SubscriberKeys(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SubscriberKeys::~SubscriberKeys() {
  if (impl_->is_reader) return;
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
    impl_->wake.notify_one();
  }
  impl_->purger.join();
}

Result<std::unique_ptr<SubscriberKeys>> SubscriberKeys::open(const std::string& dir,
                                                             std::function<void(std::string)> warn) {
  if (sodium_init() < 0) return fault("libsodium cannot be used");
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->warn = std::move(warn);
  impl->was_made = !std::filesystem::exists(dir + "/CURRENT");
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(key_options(), dir, &db);
  if (!status.ok()) return std::unexpected(impl->to_fault(status));
  impl->db.reset(db);
  const auto marks = impl->has_marks();
  if (!marks) return std::unexpected(marks.error());
  if (*marks) impl->purge_later(std::string(), std::string(1, '\x7f'));  // every name is ASCII
  impl->purger = std::thread([impl = impl.get()] {
    name_this_thread("purge");
    impl->run();
  });
  return std::unique_ptr<SubscriberKeys>(new SubscriberKeys(std::move(impl)));
}

Result<std::unique_ptr<SubscriberKeys>> SubscriberKeys::open_reader(const std::string& dir) {
  if (sodium_init() < 0) return fault("libsodium cannot be used");
  auto impl = std::make_unique<Impl>();
  impl->dir = dir;
  impl->is_reader = true;
  const auto scratch = ScratchDir::make();
  if (!scratch) return std::unexpected(scratch.error());
  auto options = key_options();
  options.create_if_missing = false;
  options.max_open_files = -1;  // a secondary needs all of them
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::OpenAsSecondary(options, dir, (*scratch)->path(), &db);
  if (!status.ok()) return std::unexpected(impl->to_fault(status));
  impl->db.reset(db);
  return std::unique_ptr<SubscriberKeys>(new SubscriberKeys(std::move(impl)));
}

bool SubscriberKeys::was_made() const { return impl_->was_made; }

Result<std::optional<std::string>> SubscriberKeys::seal(std::string_view tenant, std::string_view subscriber,
                                                        std::string_view text, bool create) {
  const std::string name = store_key(tenant, subscriber);
  Key key;
  const auto found = impl_->find(name, key);
  if (!found) return std::unexpected(found.error());
  if (!*found) {
    if (!create) return std::nullopt;
    if (const auto made = impl_->find_or_make(name, key); !made) return std::unexpected(made.error());
  }
  const std::string whose = additional_data(tenant, subscriber);
  std::vector<uint8_t> sealed(kNonceBytes + text.size() + kTagBytes);
  randombytes_buf(sealed.data(), kNonceBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data() + kNonceBytes, nullptr, bytes_of(text),
                                             text.size(), bytes_of(whose), whose.size(), nullptr,
                                             sealed.data(), key.bytes.data());
  return base64(sealed);
}

Result<std::optional<std::string>> SubscriberKeys::unseal(std::string_view tenant,
                                                          std::string_view subscriber,
                                                          std::string_view sealed) const {
  Key key;
  auto found = impl_->find(store_key(tenant, subscriber), key);
  if (impl_->is_reader && found && !*found) {
    // It may have been made since.
    std::lock_guard lock(impl_->making);
    if (const auto status = impl_->db->TryCatchUpWithPrimary(); !status.ok())
      return std::unexpected(impl_->to_fault(status));
    found = impl_->find(store_key(tenant, subscriber), key);
  }
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  const std::string whose = additional_data(tenant, subscriber);
  const auto bytes = unbase64(sealed);
  if (bytes && bytes->size() >= kNonceBytes + kTagBytes) {
    std::string text(bytes->size() - kNonceBytes - kTagBytes, '\0');
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(text.data()), nullptr,
                                                   nullptr, bytes->data() + kNonceBytes,
                                                   bytes->size() - kNonceBytes, bytes_of(whose), whose.size(),
                                                   bytes->data(), key.bytes.data()) == 0) {
      return text;
    }
  }
  return fault("what was sealed for {} is not opened by the key in the vault", whose);
}

Result<void> SubscriberKeys::sync() {
  if (!impl_->unsynced.exchange(false, std::memory_order_acq_rel)) return {};
  const auto status = impl_->db->SyncWAL();
  if (status.ok()) return {};
  impl_->unsynced.store(true, std::memory_order_release);
  return std::unexpected(impl_->to_fault(status));
}

Result<void> SubscriberKeys::destroy(std::span<const SubscriberName> names) {
  rocksdb::WriteBatch batch;
  std::string first, last;
  for (const SubscriberName& name : names) {
    const std::string key = store_key(name.tenant, name.subscriber);
    Key ignored;
    const auto found = impl_->find(key, ignored);
    if (!found) return std::unexpected(found.error());
    if (!*found) continue;
    batch.Delete(key);
    if (first.empty() || key < first) first = key;
    if (key > last) last = key;
  }
  if (batch.Count() == 0) return {};
  rocksdb::WriteOptions durably;
  durably.sync = true;
  const auto status = impl_->db->Write(durably, &batch);
  if (!status.ok()) return std::unexpected(impl_->to_fault(status));
  impl_->purge_later(std::move(first), std::move(last));
  return {};
}

}  // namespace provodka::log
