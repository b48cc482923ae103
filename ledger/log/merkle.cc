// The one-shot functions and EVP pay an allocation or a fetch for each call, which is more than hashing an
// event costs. The block functions of OpenSSL 3 are deprecated in name but use the same SHA instructions.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "ledger/log/merkle.h"

#include <bit>
#include <cstring>

#include <openssl/sha.h>

namespace provodka::log {
namespace {

void store_big_endian(const SHA256_CTX& context, Hash& out) {
  for (size_t i = 0; i < 8; ++i) {
    uint32_t word = context.h[i];
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
    std::memcpy(out.bytes.data() + 4 * i, &word, 4);
  }
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  static constexpr uint8_t prefix = 0x00;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, &prefix, 1);
  SHA256_Update(&context, entry.data(), entry.size());
  Hash out;
  SHA256_Final(out.bytes.data(), &context);
  return out;
}

// An inner node is always 65 bytes, so its two blocks are laid out here with their padding: a one bit after
// the message, and its length of 520 bits at the end.
Hash node_hash(const Hash& left, const Hash& right) {
  uint8_t blocks[128];
  blocks[0] = 0x01;
  std::memcpy(blocks + 1, left.bytes.data(), 32);
  std::memcpy(blocks + 33, right.bytes.data(), 32);
  blocks[65] = 0x80;
  std::memset(blocks + 66, 0, 60);
  blocks[126] = 520 >> 8;
  blocks[127] = 520 & 0xff;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Transform(&context, blocks);
  SHA256_Transform(&context, blocks + 64);
  Hash out;
  store_big_endian(context, out);
  return out;
}

Hash empty_root() {
  SHA256_CTX context;
  SHA256_Init(&context);
  Hash out;
  SHA256_Final(out.bytes.data(), &context);
  return out;
}

Result<Frontier> Frontier::restore(uint64_t size, std::span<const Hash> peaks) {
  if (peaks.size() != static_cast<size_t>(std::popcount(size))) {
    return fault("a tree of {} leaves has {} peaks, not {}", size, std::popcount(size), peaks.size());
  }
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_.assign(peaks.begin(), peaks.end());
  return frontier;
}

Hash Frontier::root() const {
  if (peaks_.empty()) return empty_root();
  Hash root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

// Each trailing one bit of the size is a complete subtree that the new leaf makes twice as large.
void Frontier::append(const Hash& leaf) {
  Hash merged = leaf;
  for (uint64_t bits = size_; bits & 1; bits >>= 1) {
    merged = node_hash(peaks_.back(), merged);
    peaks_.pop_back();
  }
  peaks_.push_back(merged);
  ++size_;
}

}  // namespace provodka::log
