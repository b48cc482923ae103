#include "ledger/log/trees.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include "ledger/core/hash.h"
#include "ledger/log/line.h"

#include <cstring>

#include <endian.h>
#include <openssl/sha.h>

namespace provodka::log {
namespace {

const std::string kStateKey = "state";

std::string big_endian(uint64_t value) {
  value = htobe64(value);
  return {reinterpret_cast<const char*>(&value), 8};
}

std::string tile_key(std::string_view tenant, TileId id) {
  return std::string("t")
      .append(tenant)
      .append(1, '\0')
      .append(1, static_cast<char>(id.level))
      .append(big_endian(id.index));
}

std::string places_key(std::string_view tenant, uint64_t tile) {
  return std::string("p").append(tenant).append(1, '\0').append(big_endian(tile));
}

std::string bytes_of(std::span<const Hash> hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(Hash)};
}

// The places of 256 events as differences, seven bits a byte: mostly one byte each.
std::string pack_places(std::span<const Position> places) {
  std::string packed;
  uint64_t previous = 0;
  for (const Position place : places) {
    uint64_t delta = place.value() - previous;
    previous = place.value();
    for (; delta >= 0x80; delta >>= 7) packed += static_cast<char>(delta | 0x80);
    packed += static_cast<char>(delta);
  }
  return packed;
}

std::optional<Position> unpack_place(std::string_view packed, size_t index) {
  uint64_t place = 0, delta = 0;
  int shift = 0;
  for (const char c : packed) {
    delta |= static_cast<uint64_t>(c & 0x7f) << shift;
    shift += 7;
    if (c & 0x80) continue;
    place += delta;
    if (index-- == 0) return Position(place);
    delta = 0;
    shift = 0;
  }
  return std::nullopt;
}

// The state record: numbers of eight bytes, texts and lists behind their lengths, and a checksum at the end.
class Writer {
 public:
  void number(uint64_t value) { text_.append(reinterpret_cast<const char*>(&value), 8); }
  void bytes(std::string_view bytes) {
    number(bytes.size());
    text_.append(bytes);
  }
  std::string finish() {
    number(hash_of(text_, 0));
    return std::move(text_);
  }

 private:
  std::string text_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (text.size() < 8) return;
    uint64_t checksum;
    std::memcpy(&checksum, text.data() + text.size() - 8, 8);
    rest_.remove_suffix(8);
    ok_ = checksum == hash_of(rest_, 0);
  }
  bool ok() const { return ok_; }
  uint64_t number() {
    uint64_t value = 0;
    if (rest_.size() < 8) {
      ok_ = false;
      return 0;
    }
    std::memcpy(&value, rest_.data(), 8);
    rest_.remove_prefix(8);
    return value;
  }
  std::string_view bytes() {
    const uint64_t size = number();
    if (size > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view rest_;
  bool ok_ = false;
};

}  // namespace

Result<std::unique_ptr<Trees>> Trees::open(DerivedStore& store) {
  auto trees = std::unique_ptr<Trees>(new Trees(&store));
  const auto state = store.get(kStateKey);
  if (!state) return std::unexpected(state.error());
  if (!*state) return trees;
  Reader in(**state);
  trees->position_ = Position(in.number());
  const uint64_t count = in.number();
  for (uint64_t i = 0; i < count && in.ok(); ++i) {
    auto tree = std::make_unique<Tree>();
    tree->tenant = in.bytes();
    const uint64_t size = in.number();
    std::vector<std::vector<Hash>> partials(in.number() & 63);
    for (auto& partial : partials) {
      const std::string_view bytes = in.bytes();
      partial.resize(bytes.size() / sizeof(Hash));
      if (!partial.empty()) std::memcpy(partial.data(), bytes.data(), partial.size() * sizeof(Hash));
    }
    tree->places.resize(in.number() & 255);
    for (Position& place : tree->places) place = Position(in.number());
    auto builder = TileBuilder::restore(trees->keep_tile(*tree), size, partials);
    if (!builder) return std::unexpected(builder.error());
    tree->builder = std::make_unique<TileBuilder>(std::move(*builder));
    std::string name = tree->tenant;
    trees->trees_.emplace(std::move(name), std::move(tree));
  }
  if (!in.ok()) return fault("the derived data: the trees' state record is damaged");
  return trees;
}

std::unique_ptr<Trees> Trees::in_memory() { return std::unique_ptr<Trees>(new Trees(nullptr)); }

Trees::Tree& Trees::tree_of(std::string_view tenant) {
  if (recent_ && recent_->tenant == tenant) return *recent_;
  auto found = trees_.find(tenant);
  if (found == trees_.end()) {
    auto tree = std::make_unique<Tree>();
    tree->tenant = tenant;
    tree->builder = std::make_unique<TileBuilder>(keep_tile(*tree));
    found = trees_.emplace(std::string(tenant), std::move(tree)).first;
  }
  recent_ = found->second.get();
  return *recent_;
}

TileBuilder::OnFull Trees::keep_tile(Tree& tree) {
  return [this, &tree](TileId id, std::span<const Hash, full_width> hashes) {
    pending_[tile_key(tree.tenant, id)] = bytes_of(hashes);
    if (id.level == 0) {
      pending_[places_key(tree.tenant, id.index)] = pack_places(tree.places);
      tree.places.clear();
    }
  };
}

Result<void> Trees::add(const Frame& frame, Position through) {
  // The leaves are hashed before the lock is taken: readers wait only for the inner nodes.
  const uint64_t from = position().value() + 1;
  if (from > frame.last().value() || from > through.value()) return {};
  if (from < frame.first().value())
    return fault("positions {} to {} are missing before the tree", from, frame.first().value() - 1);
  const auto skip = static_cast<uint32_t>(from - frame.first().value());
  const auto end = static_cast<uint32_t>(std::min(frame.last(), through).value() + 1 - frame.first().value());
  std::vector<Hash> leaves(end - skip);
  leaf_hashes(frame.lines(skip, end), leaves);
  std::lock_guard lock(mutex_);
  for (uint32_t i = skip; i < end; ++i) {
    const auto origin = origin_of(frame.line(i));
    const Position place(frame.first().value() + i);
    if (!origin) return fault("position {}: the line does not say whose it is", place);
    Tree& tree = tree_of(origin->tenant);
    if (origin->sequence.value() != tree.builder->size() + 1) {
      return fault("position {}: {} comes after {} of tenant {}", place, origin->sequence,
                   tree.builder->size(), origin->tenant);
    }
    tree.places.push_back(place);  // before the leaf, whose tile takes the places with it
    tree.builder->append(leaves[i - skip]);
    position_ = place;
  }
  return {};
}

Result<void> Trees::write_tiles() {
  std::vector<std::pair<std::string, std::string>> entries;
  {
    std::lock_guard lock(mutex_);
    if (pending_.empty() || !store_) return {};
    entries.assign(pending_.begin(), pending_.end());
  }
  if (const auto put = store_->put(entries); !put) return put;
  std::lock_guard lock(mutex_);
  for (const auto& [key, value] : entries) pending_.erase(key);
  return {};
}

Result<void> Trees::save() {
  if (!store_) return {};
  if (const auto written = write_tiles(); !written) return written;
  std::string state;
  {
    std::lock_guard lock(mutex_);
    Writer out;
    out.number(position_.value());
    out.number(trees_.size());
    for (const auto& [name, tree] : trees_) {
      out.bytes(name);
      out.number(tree->builder->size());
      out.number(static_cast<uint64_t>(tree->builder->levels()));
      for (int level = 0; level < tree->builder->levels(); ++level)
        out.bytes(bytes_of(tree->builder->partial(level)));
      out.number(tree->places.size());
      for (const Position place : tree->places) out.number(place.value());
    }
    state = out.finish();
  }
  // Tiles that became full between the two steps belong to the state: they go first.
  if (const auto written = write_tiles(); !written) return written;
  const std::pair<std::string, std::string> entry{kStateKey, std::move(state)};
  if (const auto put = store_->put({&entry, 1}); !put) return put;
  return store_->flush();
}

Position Trees::position() const {
  std::lock_guard lock(mutex_);
  return position_;
}

struct LogRoot::Impl {
  SHA256_CTX sha;
};

LogRoot::LogRoot() : impl_(std::make_unique<Impl>()) { SHA256_Init(&impl_->sha); }
LogRoot::~LogRoot() = default;

void LogRoot::add(std::string_view tenant, uint64_t size, const Hash& root) {
  SHA256_Update(&impl_->sha, tenant.data(), tenant.size());
  SHA256_Update(&impl_->sha, "", 1);
  const std::string bytes = big_endian(size);
  SHA256_Update(&impl_->sha, bytes.data(), bytes.size());
  SHA256_Update(&impl_->sha, root.bytes.data(), root.bytes.size());
}

Hash LogRoot::finish() {
  Hash root;
  SHA256_Final(root.bytes.data(), &impl_->sha);
  return root;
}

Hash Trees::log_root_locked() const {
  LogRoot root;
  for (const auto& [name, tree] : trees_) root.add(name, tree->builder->size(), tree->builder->root());
  return root.finish();
}

Hash Trees::log_root() const {
  std::lock_guard lock(mutex_);
  return log_root_locked();
}

std::pair<Position, Hash> Trees::state() const {
  std::lock_guard lock(mutex_);
  return {position_, log_root_locked()};
}

std::optional<Trees::TreeHead> Trees::head(std::string_view tenant) const {
  std::lock_guard lock(mutex_);
  const auto found = trees_.find(tenant);
  if (found == trees_.end()) return std::nullopt;
  return TreeHead{found->second->builder->size(), found->second->builder->root()};
}

std::map<std::string, Trees::TreeHead> Trees::heads() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, TreeHead> heads;
  for (const auto& [name, tree] : trees_) heads[name] = {tree->builder->size(), tree->builder->root()};
  return heads;
}

Result<std::optional<std::string>> Trees::stored(const std::string& key) const {
  {
    std::lock_guard lock(mutex_);
    if (const auto pending = pending_.find(key); pending != pending_.end()) return pending->second;
  }
  if (!store_) return std::nullopt;
  return store_->get(key);
}

Result<std::vector<Hash>> Trees::tile(std::string_view tenant, TileId id, unsigned width) const {
  {
    std::lock_guard lock(mutex_);
    const auto found = trees_.find(tenant);
    if (found == trees_.end()) return fault("there is no tree of tenant {}", tenant);
    const TileBuilder& builder = *found->second->builder;
    const unsigned has = tile_width(id.level, id.index, builder.size());
    if (has < width) return fault("the tree of {} has not grown to this tile", tenant);
    if (has < full_width) {
      const auto partial = builder.partial(id.level);
      return std::vector<Hash>(partial.begin(), partial.begin() + width);
    }
  }
  const auto bytes = stored(tile_key(tenant, id));
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes || (*bytes)->size() != full_width * sizeof(Hash)) {
    return fault("the derived data: tile {} of {} is missing", tile_path(id, full_width), tenant);
  }
  std::vector<Hash> hashes(width);
  std::memcpy(hashes.data(), (*bytes)->data(), width * sizeof(Hash));
  return hashes;
}

Result<std::optional<Position>> Trees::place_of(std::string_view tenant, Sequence sequence) const {
  if (sequence.value() == 0) return std::nullopt;
  const uint64_t index = sequence.value() - 1;
  {
    std::lock_guard lock(mutex_);
    const auto found = trees_.find(tenant);
    if (found == trees_.end() || index >= found->second->builder->size()) return std::nullopt;
    if (index / full_width == found->second->builder->size() / full_width) {
      return found->second->places[index % full_width];
    }
  }
  const auto packed = stored(places_key(tenant, index / full_width));
  if (!packed) return std::unexpected(packed.error());
  const auto place = *packed ? unpack_place(**packed, index % full_width) : std::nullopt;
  if (!place) return fault("the derived data: the place of {} of {} is missing", sequence, tenant);
  return place;
}

Result<std::optional<std::vector<Hash>>> Trees::stored_tile(const DerivedStore& store,
                                                            std::string_view tenant, TileId id) {
  const auto bytes = store.get(tile_key(tenant, id));
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::nullopt;
  std::vector<Hash> hashes((*bytes)->size() / sizeof(Hash));
  std::memcpy(hashes.data(), (*bytes)->data(), hashes.size() * sizeof(Hash));
  return hashes;
}

std::unique_ptr<TileSource> Trees::source(std::string tenant) const {
  struct Source : TileSource {
    const Trees& trees;
    std::string tenant;
    Source(const Trees& t, std::string n) : trees(t), tenant(std::move(n)) {}
    Result<std::vector<Hash>> tile(TileId id, unsigned width) override {
      return trees.tile(tenant, id, width);
    }
  };
  return std::make_unique<Source>(*this, std::move(tenant));
}

}  // namespace provodka::log
