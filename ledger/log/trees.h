#pragma once

#include "ledger/core/ids.h"
#include "ledger/log/derived_store.h"
#include "ledger/log/frame.h"
#include "ledger/log/tiles.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace provodka::log {

// The log root: SHA-256 over the tenants in name order, for each its name, a zero byte, its size as eight
// big-endian bytes and its root.
class LogRoot {
 public:
  LogRoot();
  ~LogRoot();
  void add(std::string_view tenant, uint64_t size, const Hash& root);
  Hash finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The trees of all tenants of a shard and the places of their events, following the log. All calls may come
// from any thread; add() from one at a time and in the order of the log.
class Trees {
 public:
  // Goes on from what the store holds; the caller then adds the log from position().next().
  static Result<std::unique_ptr<Trees>> open(DerivedStore&);

  // Keeps everything in memory: for who reads a log without its store. There is nothing to write then.
  static std::unique_ptr<Trees> in_memory();

  // Adds the lines of a frame that come after position(). A line that is no event of a tenant, or not the
  // next of its tenant, is a fault. Lines behind `through` are left for later.
  Result<void> add(const Frame&, Position through = Position(~uint64_t{0}));

  // Moves full tiles from memory to the store; save() also keeps the edges, so that open() goes on from here.
  Result<void> write_tiles();
  Result<void> save();

  // The last position that was added.
  Position position() const;

  Hash log_root() const;
  // position() and log_root() of one moment.
  std::pair<Position, Hash> state() const;

  struct TreeHead {
    uint64_t size = 0;
    Hash root;
  };
  std::optional<TreeHead> head(std::string_view tenant) const;
  std::map<std::string, TreeHead> heads() const;

  // The first `width` hashes of a tile of a tenant; a fault where it has not grown that far.
  Result<std::vector<Hash>> tile(std::string_view tenant, TileId, unsigned width) const;

  // Where an event of a tenant stands in the log; nullopt where its tree has not grown that far.
  Result<std::optional<Position>> place_of(std::string_view tenant, Sequence) const;

  // A full tile as the store has it; nullopt where it has none.
  static Result<std::optional<std::vector<Hash>>> stored_tile(const DerivedStore&, std::string_view tenant,
                                                              TileId);

  // A tenant's tree as a source for proofs.
  std::unique_ptr<TileSource> source(std::string tenant) const;

 private:
  struct Tree {
    std::string tenant;
    std::unique_ptr<TileBuilder> builder;
    std::vector<Position> places;  // of the events since the last full tile of level 0
  };

  explicit Trees(DerivedStore* store) : store_(store) {}
  Tree& tree_of(std::string_view tenant);
  TileBuilder::OnFull keep_tile(Tree& tree);
  Hash log_root_locked() const;
  Result<std::optional<std::string>> stored(const std::string& key) const;

  DerivedStore* const store_;  // none: in memory
  mutable std::mutex mutex_;
  Position position_;
  std::map<std::string, std::unique_ptr<Tree>, std::less<>> trees_;
  Tree* recent_ = nullptr;  // the tree of the last line: mostly also that of the next
  // Full tiles that are not in the store yet.
  std::unordered_map<std::string, std::string> pending_;
};

}  // namespace provodka::log
