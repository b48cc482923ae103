#include "ledger/log/proof.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace provodka::log {
namespace {

// The largest power of two smaller than n, where RFC 6962 splits a tree of n > 1 leaves.
uint64_t split_point(uint64_t n) { return std::bit_floor(n - 1); }

// The hashes of one tree size, read through tiles that are kept for the length of one proof.
class Subtrees {
 public:
  Subtrees(TileSource& tiles, uint64_t tree_size) : tiles_(tiles), tree_size_(tree_size) {}

  // MTH(D[begin:end]) for a range that RFC 6962 reaches by splitting the tree, so that its complete subtrees
  // are aligned. REQUIRES: begin < end <= tree_size.
  Result<Hash> range(uint64_t begin, uint64_t end) {
    const uint64_t count = end - begin;
    if (std::has_single_bit(count)) return complete(begin, std::countr_zero(count));
    const uint64_t middle = begin + split_point(count);
    auto left = range(begin, middle);
    if (!left) return left;
    auto right = range(middle, end);
    if (!right) return right;
    return node_hash(*left, *right);
  }

 private:
  // The root over 2^height leaves from `begin`: a hash of a tile, or the fold of up to 128 hashes of one.
  Result<Hash> complete(uint64_t begin, int height) {
    const int level = height / 8;
    const uint64_t first = begin >> (8 * level);
    const TileId id{level, first / full_width};
    auto tile = load(id);
    if (!tile) return std::unexpected(tile.error());
    const size_t offset = first % full_width;
    const size_t count = size_t{1} << (height % 8);
    if (offset + count > (*tile)->size()) {
      return fault("tile {} has {} hashes, not {}", tile_path(id, full_width), (*tile)->size(),
                   offset + count);
    }
    Frontier fold;
    for (size_t i = 0; i < count; ++i) fold.append((**tile)[offset + i]);
    return fold.root();
  }

  Result<const std::vector<Hash>*> load(TileId id) {
    const auto key = std::pair(id.level, id.index);
    if (auto found = loaded_.find(key); found != loaded_.end()) return &found->second;
    const unsigned width = tile_width(id.level, id.index, tree_size_);
    auto hashes = tiles_.tile(id, width);
    if (!hashes) return std::unexpected(hashes.error());
    if (hashes->size() != width) {
      return fault("tile {} has {} hashes, not {}", tile_path(id, full_width), hashes->size(), width);
    }
    return &loaded_.emplace(key, *std::move(hashes)).first->second;
  }

  TileSource& tiles_;
  uint64_t tree_size_;
  std::map<std::pair<int, uint64_t>, std::vector<Hash>> loaded_;
};

// Shifts away the levels where the node on the right edge is a left child without a sibling.
void skip_lone_levels(uint64_t& first, uint64_t& last) {
  while (first != 0 && (first & 1) == 0) {
    first >>= 1;
    last >>= 1;
  }
}

}  // namespace

// Walks down from the root to the leaf and notes the half that is left aside at each split.
Result<std::vector<Hash>> prove_inclusion(TileSource& tiles, uint64_t index, uint64_t tree_size) {
  if (index >= tree_size) return fault("leaf {} is not in a tree of {} leaves", index, tree_size);
  Subtrees subtrees(tiles, tree_size);
  std::vector<Hash> path;
  uint64_t begin = 0;
  uint64_t end = tree_size;
  while (end - begin > 1) {
    const uint64_t middle = begin + split_point(end - begin);
    const bool goes_left = index < middle;
    auto aside = goes_left ? subtrees.range(middle, end) : subtrees.range(begin, middle);
    if (!aside) return std::unexpected(aside.error());
    path.push_back(*aside);
    (goes_left ? end : begin) = middle;
  }
  std::ranges::reverse(path);
  return path;
}

// Walks down along the end of the old tree. Where it stops at a complete subtree of both trees, that
// subtree's hash begins the proof, unless it is the whole old tree, whose root the verifier knows.
Result<std::vector<Hash>> prove_consistency(TileSource& tiles, uint64_t old_size, uint64_t new_size) {
  if (old_size > new_size) return fault("a tree of {} leaves is not in one of {}", old_size, new_size);
  std::vector<Hash> path;
  if (old_size == 0) return path;
  Subtrees subtrees(tiles, new_size);
  uint64_t begin = 0;
  uint64_t end = new_size;
  while (end != old_size) {
    const uint64_t middle = begin + split_point(end - begin);
    const bool goes_left = old_size <= middle;
    auto aside = goes_left ? subtrees.range(middle, end) : subtrees.range(begin, middle);
    if (!aside) return std::unexpected(aside.error());
    path.push_back(*aside);
    (goes_left ? end : begin) = middle;
  }
  if (begin != 0) {
    auto shared = subtrees.range(begin, end);
    if (!shared) return std::unexpected(shared.error());
    path.push_back(*shared);
  }
  std::ranges::reverse(path);
  return path;
}

Result<Hash> root_of(TileSource& tiles, uint64_t tree_size) {
  if (tree_size == 0) return empty_root();
  return Subtrees(tiles, tree_size).range(0, tree_size);
}

// `node` and `last` are the positions, level by level, of the node that is proved and of the last node.
bool verify_inclusion(const Hash& leaf, uint64_t index, uint64_t size, std::span<const Hash> proof,
                      const Hash& root) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      hash = node_hash(sibling, hash);
      skip_lone_levels(node, last);
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool verify_consistency(uint64_t old_size, uint64_t new_size, const Hash& old_root, const Hash& new_root,
                        std::span<const Hash> proof) {
  if (old_size > new_size) return false;
  if (old_size == 0 && old_root != empty_root()) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (old_size == 0) return proof.empty();

  // An old tree that is one complete subtree of the new one is itself where the proof starts.
  const bool starts_with_old_root = std::has_single_bit(old_size);
  if (!starts_with_old_root && proof.empty()) return false;
  const Hash start = starts_with_old_root ? old_root : proof.front();
  if (!starts_with_old_root) proof = proof.subspan(1);

  uint64_t node = old_size - 1;
  uint64_t last = new_size - 1;
  for (; (node & 1) == 1; node >>= 1) last >>= 1;
  Hash rebuilt_old = start;
  Hash rebuilt_new = start;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) == 1 || node == last) {
      rebuilt_old = node_hash(sibling, rebuilt_old);
      rebuilt_new = node_hash(sibling, rebuilt_new);
      skip_lone_levels(node, last);
    } else {
      rebuilt_new = node_hash(rebuilt_new, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && rebuilt_old == old_root && rebuilt_new == new_root;
}

}  // namespace provodka::log
