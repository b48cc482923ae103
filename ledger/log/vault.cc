#include "ledger/log/vault.h"

#include "ledger/core/hash.h"
#include "ledger/log/data_dir.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <sodium.h>

namespace provodka::log {

std::string log_origin(std::string_view tenant) { return "provodka/" + std::string(tenant); }

namespace {

constexpr std::string_view kSignerPrefix = "checkpoint-";

// The key and eight bytes of its XXH3, so that a key that changed is not taken for another one.
std::string print(const std::array<unsigned char, 16>& key) {
  const uint64_t checksum = hash_of({reinterpret_cast<const char*>(key.data()), key.size()}, 0);
  std::array<unsigned char, 24> bytes;
  std::ranges::copy(key, bytes.begin());
  std::memcpy(bytes.data() + key.size(), &checksum, sizeof checksum);
  return base64(bytes) + "\n";
}

Result<SignerKey> read_signer(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  auto key = SignerKey::parse(std::string_view(*text).substr(0, text->find('\n')));
  if (!key || *text != key->secret() + "\n") return fault("{} is damaged: restore it from its backup", path);
  return key;
}

Result<void> check_signers(const std::string& dir) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(dir, error)) {
    if (entry.path().extension() != ".key" || !entry.path().filename().string().starts_with(kSignerPrefix))
      continue;
    if (const auto key = read_signer(entry.path().string()); !key) return std::unexpected(key.error());
  }
  return {};
}

}  // namespace

Vault::Vault(Vault&& other) noexcept
    : dir_(std::move(other.dir_)), hash_key_(other.hash_key_), signers_(std::move(other.signers_)) {}

Result<Vault> Vault::open(const std::string& dir, bool create) {
  if (sodium_init() < 0) return fault("libsodium cannot be used");
  Vault vault(dir);
  const std::string path = dir + "/hash.key";
  if (create && !std::filesystem::exists(path)) {
    randombytes_buf(vault.hash_key_.data(), vault.hash_key_.size());
    if (const auto written = write_file_durably(path, print(vault.hash_key_), 0600); !written) {
      return std::unexpected(written.error());
    }
    return vault;
  }
  if (const auto checked = check_signers(dir); !checked) return std::unexpected(checked.error());
  const auto text = read_file(path);
  if (!text) {
    return fault(
        "the vault has no hash.key, without which ids seen before are not recognised: restore {} from its "
        "backup",
        dir);
  }
  const auto bytes = unbase64(std::string_view(*text).substr(0, text->find('\n')));
  if (bytes && bytes->size() > vault.hash_key_.size())
    std::copy_n(bytes->begin(), vault.hash_key_.size(), vault.hash_key_.begin());
  if (*text != print(vault.hash_key_)) return fault("{} is damaged: restore it from its backup", path);
  return vault;
}

Result<SignerKey> Vault::signer(const std::string& tenant, bool create) {
  std::lock_guard lock(mutex_);
  if (const auto known = signers_.find(tenant); known != signers_.end()) return known->second;
  const std::string path = fmt::format("{}/{}{}.key", dir_, kSignerPrefix, tenant);
  if (std::filesystem::exists(path)) {
    auto key = read_signer(path);
    if (!key) return std::unexpected(key.error());
    signers_.emplace(tenant, *key);
    return key;
  }
  if (!create) return fault("the vault has no key for the checkpoints of {}", tenant);
  SignerKey key = SignerKey::generate(log_origin(tenant));
  if (const auto written = write_file_durably(path, key.secret() + "\n", 0600); !written) {
    return std::unexpected(written.error());
  }
  signers_.emplace(tenant, key);
  return key;
}

}  // namespace provodka::log
