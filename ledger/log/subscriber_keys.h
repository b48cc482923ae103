#pragma once

#include "ledger/core/result.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace provodka::log {

struct SubscriberName {
  std::string tenant, subscriber;
};

// The keys that personal data is sealed with, one for each subscriber: a store of its own in the vault, as
// there may be millions. Whoever has the log and not this reads nothing personal, and a key that is destroyed
// takes with it all that was ever sealed for its subscriber, in every copy of the log. Any thread may call.
class SubscriberKeys {
 public:
  // Opens the store, or makes it: for its owner.
  static Result<std::unique_ptr<SubscriberKeys>> open(const std::string& dir,
                                                      std::function<void(std::string)> warn);
  // Opens the store for unsealing, beside its owner or without one.
  static Result<std::unique_ptr<SubscriberKeys>> open_reader(const std::string& dir);
  // Takes what was destroyed off the disk, if that is still to be done.
  ~SubscriberKeys();
  SubscriberKeys(const SubscriberKeys&) = delete;

  // Whether there was no store and an empty one was made.
  bool was_made() const;

  // base64 of nonce || XChaCha20-Poly1305(text), with the additional data "<tenant>/<subscriber>". A key that
  // is new is made where `create` says so, and is durable after the next sync(); else nullopt where there is
  // none.
  Result<std::optional<std::string>> seal(std::string_view tenant, std::string_view subscriber,
                                          std::string_view text, bool create);

  // The text that was sealed; nullopt where there is no key. A fault where it was sealed for someone else or
  // with another key, or was changed.
  Result<std::optional<std::string>> unseal(std::string_view tenant, std::string_view subscriber,
                                            std::string_view sealed) const;

  // Makes the keys durable that were made since the last call. Costs nothing where there are none.
  Result<void> sync();

  // When this returns the keys cannot be read any more, nor after a crash. Their bytes leave the files soon
  // after, on another thread, or at the next open.
  Result<void> destroy(std::span<const SubscriberName>);

 private:
  struct Impl;
  explicit SubscriberKeys(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::log
