// The one-shot functions and EVP pay an allocation or a fetch for each call, which is more than hashing an
// event costs. The block functions of OpenSSL 3 are deprecated in name but use the same SHA instructions.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "ledger/log/merkle.h"

#include "ledger/core/invariant.h"
#include "ledger/log/sha256_lanes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <endian.h>
#include <openssl/sha.h>

namespace provodka::log {
namespace {

template <class Word>
void store_big_endian(const Word (&words)[8], Hash& out) {
  for (size_t i = 0; i < 8; ++i) {
    uint32_t word = words[i];
    if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
    std::memcpy(out.bytes.data() + 4 * i, &word, 4);
  }
}

// An entry as the blocks of a leaf's message: most are read where they are, the first with its prefix and the
// last with the padding are laid out here. REQUIRES: the message fills a block at least.
class LeafBlocks {
 public:
  static constexpr size_t kEntryBytesMin = 63;

  explicit LeafBlocks(std::string_view entry)
      : entry_(reinterpret_cast<const uint8_t*>(entry.data())), whole_((entry.size() + 1) / 64) {
    first_[0] = 0x00;
    std::memcpy(first_ + 1, entry_, 63);
    const size_t rest = (entry.size() + 1) % 64;
    std::memcpy(last_, entry_ + 64 * whole_ - 1, rest);
    last_[rest] = 0x80;
    const size_t last_bytes = rest < 56 ? 64 : 128;
    count_ = whole_ + last_bytes / 64;
    std::memset(last_ + rest + 1, 0, last_bytes - rest - 9);
    const uint64_t bits = htobe64((entry.size() + 1) * 8);
    std::memcpy(last_ + last_bytes - 8, &bits, 8);
  }

  size_t count() const { return count_; }
  const uint8_t* operator[](size_t i) const {
    return i == 0 ? first_ : i < whole_ ? entry_ + 64 * i - 1 : last_ + 64 * (i - whole_);
  }

 private:
  const uint8_t* entry_;
  size_t whole_;  // blocks without padding
  size_t count_;
  uint8_t first_[64];
  uint8_t last_[128];
};

void two_leaf_hashes(std::string_view a, std::string_view b, Hash* out) {
  const LeafBlocks blocks_a(a), blocks_b(b);
  Sha256State state_a, state_b;
  const size_t both = std::min(blocks_a.count(), blocks_b.count());
  for (size_t i = 0; i < both; ++i) sha256_blocks(state_a, blocks_a[i], state_b, blocks_b[i]);
  for (size_t i = both; i < blocks_a.count(); ++i) sha256_block(state_a, blocks_a[i]);
  for (size_t i = both; i < blocks_b.count(); ++i) sha256_block(state_b, blocks_b[i]);
  store_big_endian(state_a.words, out[0]);
  store_big_endian(state_b.words, out[1]);
}

}  // namespace

void leaf_hashes(std::span<const std::string_view> entries, std::span<Hash> out) {
  INVARIANT(entries.size() == out.size(), "each entry has a place for its hash");
  for (size_t i = 0; i < entries.size();) {
    if (has_sha_instructions() && i + 1 < entries.size() &&
        std::min(entries[i].size(), entries[i + 1].size()) >= LeafBlocks::kEntryBytesMin) {
      two_leaf_hashes(entries[i], entries[i + 1], &out[i]);
      i += 2;
    } else {
      out[i] = leaf_hash(entries[i]);
      ++i;
    }
  }
}

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
  store_big_endian(context.h, out);
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
