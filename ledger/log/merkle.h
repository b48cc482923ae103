#pragma once

#include "ledger/core/result.h"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

// The Merkle tree of RFC 6962, section 2.1, over SHA-256. Leaves and inner nodes are hashed with different
// prefixes, so that an inner node can never be presented as an entry.
//
// Everything here is a pure value: no I/O, no shared state. Functions may be called from any thread; an
// object belongs to one thread at a time.
namespace provodka::log {

struct Hash {
  std::array<uint8_t, 32> bytes{};

  friend bool operator==(const Hash&, const Hash&) = default;
};

// SHA-256(0x00 || entry): the hash of an entry as a leaf.
[[nodiscard]] Hash leaf_hash(std::string_view entry);

// The same of many entries, which costs about half as much for each. REQUIRES: as many places as entries.
void leaf_hashes(std::span<const std::string_view> entries, std::span<Hash> out);

// SHA-256(0x01 || left || right): the hash of an inner node.
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);

// SHA-256 of nothing: the root of a tree without leaves.
[[nodiscard]] Hash empty_root();

// The right edge of a growing tree: the roots of its largest complete subtrees, one for each set bit of the
// size, leftmost and largest first. It is all that is needed to append and to name the root, so at most 64
// hashes stand for a tree of any size. Appending costs one node hash on average.
class Frontier {
 public:
  Frontier() = default;

  // Restores a frontier from size() and peaks(). A count of peaks that does not fit the size is a fault; the
  // hashes themselves cannot be checked here, so whoever restores compares the root with one that is trusted.
  static Result<Frontier> restore(uint64_t size, std::span<const Hash> peaks);

  [[nodiscard]] uint64_t size() const { return size_; }
  [[nodiscard]] std::span<const Hash> peaks() const { return peaks_; }
  [[nodiscard]] Hash root() const;

  void append(const Hash& leaf);

 private:
  uint64_t size_ = 0;
  std::vector<Hash> peaks_;
};

}  // namespace provodka::log
