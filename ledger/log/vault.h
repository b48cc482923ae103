#pragma once

#include "ledger/core/result.h"
#include "ledger/log/note.h"

#include <array>
#include <map>
#include <mutex>
#include <string>

namespace provodka::log {

// The keys of a shard. They are not in the log and cannot be rebuilt from it: a key is durable before the
// event that uses it. Any thread may call.
class Vault {
 public:
  // Opens the vault in a directory; `create` makes the shard's own key where there is none yet. An existing
  // log without its key is a fault: ids that were seen would not be recognised. So is any key that is
  // damaged.
  static Result<Vault> open(const std::string& dir, bool create);

  // Keys the hashes of ids and of command bodies, so that what was hashed cannot be guessed from the log.
  const std::array<unsigned char, 16>& hash_key() const { return hash_key_; }

  // The key that signs a tenant's checkpoints; made and kept when it is new.
  Result<SignerKey> signer(const std::string& tenant, bool create);

  Vault(Vault&&) noexcept;

 private:
  explicit Vault(std::string dir) : dir_(std::move(dir)) {}
  std::string dir_;
  std::array<unsigned char, 16> hash_key_{};
  std::mutex mutex_;
  std::map<std::string, SignerKey> signers_;
};

// The name of a tenant's log: the origin of its checkpoints.
std::string log_origin(std::string_view tenant);

}  // namespace provodka::log
