#include "ledger/engine/id_hash.h"

#include <algorithm>
#include <cstring>

#include <sodium.h>

namespace provodka::engine {

codec::CauseHash IdHash::cause(const Command& command, Buffer& scratch) const {
  scratch.clear();
  codec::canonical_form(scratch, command);
  codec::CauseHash hash;
  crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<const unsigned char*>(scratch.data()),
                              scratch.size(), key_.data());
  return hash;
}

uint64_t IdHash::payment_check(std::string_view account, int64_t amount_minor) const {
  unsigned char text[8 + operator_id_bytes_max];
  std::memcpy(text, &amount_minor, 8);
  std::memcpy(text + 8, account.data(), account.size());
  codec::CauseHash hash;
  crypto_shorthash_siphashx24(hash.data(), text, 8 + account.size(), key_.data());
  return check_of(hash);
}

uint64_t IdHash::check_of(const codec::CauseHash& hash) {
  uint64_t check;
  std::memcpy(&check, hash.data(), sizeof check);
  return check;
}

SeenKey IdHash::hash(char kind, std::string_view a, std::string_view b, std::string_view c) const {
  // Each part is at most 128 bytes, and a zero byte, which none has, ends it.
  unsigned char text[4 + 3 * 129];
  unsigned char* p = text;
  *p++ = static_cast<unsigned char>(kind);
  for (const std::string_view part : {a, b, c}) {
    p = std::ranges::copy(part, p).out;
    *p++ = 0;
  }
  SeenKey key;
  crypto_shorthash_siphashx24(key.data(), text, static_cast<unsigned long long>(p - text), key_.data());
  return key;
}

}  // namespace provodka::engine
