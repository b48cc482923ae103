#include "ledger/log/vault.h"

#include <sodium.h>

#include <filesystem>

#include "ledger/log/data_dir.h"

namespace provodka::log {

std::string log_origin(std::string_view tenant) { return "provodka/" + std::string(tenant); }

Vault::Vault(Vault&& other) noexcept
    : dir_(std::move(other.dir_)), hash_key_(other.hash_key_), signers_(std::move(other.signers_)) {}

Result<Vault> Vault::open(const std::string& dir, bool create) {
  if (sodium_init() < 0) return fault("libsodium cannot be used");
  Vault vault(dir);
  const std::string path = dir + "/hash.key";
  if (create && !std::filesystem::exists(path)) {
    randombytes_buf(vault.hash_key_.data(), vault.hash_key_.size());
    if (const auto written = write_file_durably(path, base64(vault.hash_key_) + "\n", 0600); !written) {
      return std::unexpected(written.error());
    }
    return vault;
  }
  const auto text = read_file(path);
  if (!text) {
    return fault("the vault has no hash.key, without which ids seen before are not recognised: restore {} from its backup", dir);
  }
  const auto bytes = unbase64(std::string_view(*text).substr(0, text->find('\n')));
  if (!bytes || bytes->size() != vault.hash_key_.size()) return fault("{} is damaged: restore it from its backup", path);
  std::ranges::copy(*bytes, vault.hash_key_.begin());
  return vault;
}

Result<SignerKey> Vault::signer(const std::string& tenant, bool create) {
  std::lock_guard lock(mutex_);
  if (const auto known = signers_.find(tenant); known != signers_.end()) return known->second;
  const std::string path = dir_ + "/checkpoint-" + tenant + ".key";
  if (std::filesystem::exists(path)) {
    const auto text = read_file(path);
    if (!text) return std::unexpected(text.error());
    auto key = SignerKey::parse(std::string_view(*text).substr(0, text->find('\n')));
    if (!key) return fault("{} is damaged: restore it from its backup", path);
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
