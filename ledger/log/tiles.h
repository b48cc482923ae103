#pragma once

#include "ledger/core/result.h"
#include "ledger/log/merkle.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The tree cut into tiles as in C2SP tlog-tiles: a tile holds up to 256 consecutive hashes of one level, and
// a hash at level L is the root of a full tile at level L - 1. Level 0 holds the leaf hashes. A tile that is
// full never changes; only the rightmost tile of each level is partial, and a partial tile has no hash above
// it.
//
// This file knows shapes and names, not storage.
namespace provodka::log {

inline constexpr unsigned full_width = 256;
inline constexpr int tile_level_max = 63;

struct TileId {
  int level = 0;
  uint64_t index = 0;

  friend bool operator==(const TileId&, const TileId&) = default;
};

// The number of hashes of a tile in a tree of `tree_size` leaves: 256 when it is full, 1 to 255 when it is
// the partial tile of its level, and 0 when the tree has no such tile. A bundle of entries has the width of
// the level 0 tile of the same index.
[[nodiscard]] unsigned tile_width(int level, uint64_t index, uint64_t tree_size);

// Where tiles are read from: a store, a cache, a remote log.
class TileSource {
 public:
  virtual ~TileSource() = default;

  // Returns the first `width` hashes of a tile, exactly as many as asked; a source that holds a wider version
  // of the tile cuts it. Callers ask only for tiles that exist in a tree size the source has reached, so a
  // tile that is missing is a fault.
  virtual Result<std::vector<Hash>> tile(TileId id, unsigned width) = 0;
};

// Builds the tiles of a tree from its leaf hashes in order. It keeps the partial tile of each level in memory
// and hands over each tile once, when it becomes full; a tile comes before the tile above it that its root
// completes. Not safe for concurrent use. The callback must not call back into the builder.
class TileBuilder {
 public:
  using OnFull = std::function<void(TileId, std::span<const Hash, full_width>)>;

  explicit TileBuilder(OnFull on_full);

  // Continues a tree of `size` leaves. `partials[level]` is what partial(level) was; levels above the highest
  // may be left out when they are empty. Widths that do not fit the size are a fault; the hashes themselves
  // cannot be checked here, so whoever restores compares root() with one that is trusted.
  static Result<TileBuilder> restore(OnFull on_full, uint64_t size,
                                     std::span<const std::vector<Hash>> partials);

  void append(const Hash& leaf);

  [[nodiscard]] uint64_t size() const { return size_; }

  // Costs at most one node hash for each set bit of the size, so it may be asked after every commit.
  [[nodiscard]] Hash root() const;

  // The number of levels that have existed so far: partial() is empty from this level on.
  [[nodiscard]] int levels() const { return static_cast<int>(levels_.size()); }

  // The hashes of the rightmost, partial tile of a level; empty when there is none. Valid until the next
  // append. Its index is (size() >> 8 * level) / 256.
  [[nodiscard]] std::span<const Hash> partial(int level) const;

 private:
  struct Level {
    std::vector<Hash> hashes;
    Frontier inside;
  };

  void append_at(size_t level, const Hash& hash);

  OnFull on_full_;
  uint64_t size_ = 0;
  std::vector<Level> levels_;
};

// The names of resources after `<prefix>/tile/`: `0/x001/x234/067` for a full tile, `0/x001/x234/067.p/112`
// for a partial one, `entries/…` for bundles of entries. REQUIRES: a level from 0 to 63 and a width from 1 to
// 256.
[[nodiscard]] std::string tile_path(TileId id, unsigned width);
[[nodiscard]] std::string entries_path(uint64_t index, unsigned width);

struct ParsedTilePath {
  bool entries = false;  // A bundle of entries; the level is then 0.
  TileId id;
  unsigned width = full_width;

  friend bool operator==(const ParsedTilePath&, const ParsedTilePath&) = default;
};

// Accepts exactly what tile_path and entries_path write, with nothing before or after: each resource has one
// name, so that caches and logs of requests agree. Whether the tile exists is for tile_width to say.
[[nodiscard]] std::optional<ParsedTilePath> parse_tile_path(std::string_view path);

// A bundle is a sequence of entries, each after its length as a big-endian uint16.
inline constexpr size_t bundle_entry_bytes_max = 65'535;

// REQUIRES: entry.size() <= bundle_entry_bytes_max.
void append_bundle_entry(std::string& bundle, std::string_view entry);

// The entries of a bundle, as views into it. A bundle that ends inside an entry is a fault.
[[nodiscard]] Result<std::vector<std::string_view>> parse_bundle(std::string_view bundle);

}  // namespace provodka::log
