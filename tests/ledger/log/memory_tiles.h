#pragma once

#include "ledger/log/merkle.h"
#include "ledger/log/tiles.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace provodka::log {

// MTH(D[n]) as RFC 6962, section 2.1, defines it: by recursion, with no thought for speed. The oracle of the
// tests of this folder.
inline Hash root_by_definition(std::span<const Hash> leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  return node_hash(root_by_definition(leaves.first(split)), root_by_definition(leaves.subspan(split)));
}

inline std::string entry_number(uint64_t index) { return "entry " + std::to_string(index); }

inline std::vector<Hash> numbered_leaves(uint64_t count) {
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(entry_number(i)));
  return leaves;
}

// A tree whose tiles are in memory: full ones as the builder handed them over, partial ones in the builder.
// It counts what is read from it.
class MemoryTiles : public TileSource {
 public:
  explicit MemoryTiles(std::span<const Hash> leaves)
      : builder_([this](TileId id, std::span<const Hash, full_width> hashes) {
          full_[{id.level, id.index}].assign(hashes.begin(), hashes.end());
        }) {
    for (const Hash& leaf : leaves) builder_.append(leaf);
  }
  MemoryTiles(const MemoryTiles&) = delete;
  MemoryTiles& operator=(const MemoryTiles&) = delete;

  Result<std::vector<Hash>> tile(TileId id, unsigned width) override {
    reads.push_back(id);
    std::span<const Hash> hashes = builder_.partial(id.level);
    if (auto found = full_.find({id.level, id.index}); found != full_.end()) {
      hashes = found->second;
    } else if (id.index != builder_.size() >> (8 * id.level) >> 8) {
      return fault("tile {} is not there", tile_path(id, full_width));
    }
    if (width == 0 || hashes.size() < width) return fault("tile {} is too narrow", tile_path(id, full_width));
    return std::vector<Hash>(hashes.begin(), hashes.begin() + width);
  }

  TileBuilder& builder() { return builder_; }
  const auto& full() const { return full_; }

  std::vector<TileId> reads;

 private:
  std::map<std::pair<int, uint64_t>, std::vector<Hash>> full_;
  TileBuilder builder_;
};

}  // namespace provodka::log
