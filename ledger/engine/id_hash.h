#pragma once

#include "ledger/codec/command_codec.h"
#include "ledger/codec/event_codec.h"
#include "ledger/log/derived_store.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace provodka::engine {

using SeenKey = std::array<unsigned char, 16>;

// Keyed hashes (SipHash-2-4 with 128 bits, under the shard's key): of ids, for the tables of what was seen;
// of what a command asked for, which the event carries as `causehash`. Without the key nobody can guess from
// the log what was hashed, nor choose ids that collide.
class IdHash {
 public:
  explicit IdHash(const std::array<unsigned char, 16>& key) : key_(key) {}

  SeenKey command_id(std::string_view tenant, std::string_view id) const { return hash('c', tenant, id, {}); }
  SeenKey payment(std::string_view tenant, std::string_view provider, std::string_view external_id) const {
    return hash('p', tenant, provider, external_id);
  }
  codec::CauseHash cause(const Command&, Buffer& scratch) const;

  // What a payment's id stands for: another account or amount under the same id is another payment.
  uint64_t payment_check(std::string_view account, int64_t amount_minor) const;

  // The part of a cause hash that is kept with an id, to tell a repeat from another body.
  static uint64_t check_of(const codec::CauseHash& hash);

 private:
  SeenKey hash(char kind, std::string_view a, std::string_view b, std::string_view c) const;
  std::array<unsigned char, 16> key_;
};

}  // namespace provodka::engine
