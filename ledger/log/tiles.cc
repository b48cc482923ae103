#include "ledger/log/tiles.h"

#include "ledger/core/invariant.h"

#include <charconv>

#include <fmt/format.h>

namespace provodka::log {
namespace {

// Hashes that exist at a level: the complete subtrees of 256^level leaves.
uint64_t hashes_at(int level, uint64_t tree_size) { return level > 7 ? 0 : tree_size >> (8 * level); }

// The number in groups of three digits, each but the last marked with an x, so that a tile is never a
// directory of another in a file system.
std::string grouped(uint64_t index) {
  std::string out = fmt::format("{:03}", index % 1000);
  while ((index /= 1000) > 0) out = fmt::format("x{:03}/{}", index % 1000, out);
  return out;
}

std::string with_width(std::string path, unsigned width) {
  INVARIANT(width >= 1 && width <= full_width, "a tile is 1 to 256 wide", width);
  if (width < full_width) path += fmt::format(".p/{}", width);
  return path;
}

// A decimal number as we write it: no sign, no leading zero.
std::optional<unsigned> parse_small(std::string_view digits, unsigned max) {
  if (digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  unsigned value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value > max) return std::nullopt;
  return value;
}

std::optional<uint64_t> parse_grouped(std::string_view text) {
  std::string digits;
  while (text.starts_with('x')) {
    if (text.size() < 5 || text[4] != '/') return std::nullopt;
    digits += text.substr(1, 3);
    text.remove_prefix(5);
  }
  if (text.size() != 3) return std::nullopt;
  const bool has_groups = !digits.empty();
  digits += text;
  if (has_groups && digits.starts_with("000")) return std::nullopt;
  uint64_t value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

unsigned tile_width(int level, uint64_t index, uint64_t tree_size) {
  const uint64_t hashes = hashes_at(level, tree_size);
  const uint64_t full_tiles = hashes / full_width;
  if (index < full_tiles) return full_width;
  return index == full_tiles ? static_cast<unsigned>(hashes % full_width) : 0;
}

TileBuilder::TileBuilder(OnFull on_full) : on_full_(std::move(on_full)) {}

Result<TileBuilder> TileBuilder::restore(OnFull on_full, uint64_t size,
                                         std::span<const std::vector<Hash>> partials) {
  TileBuilder builder(std::move(on_full));
  builder.size_ = size;
  for (int level = 0; hashes_at(level, size) > 0 || level < static_cast<int>(partials.size()); ++level) {
    const uint64_t expected = hashes_at(level, size) % full_width;
    const size_t found = level < static_cast<int>(partials.size()) ? partials[level].size() : 0;
    if (found != expected) {
      return fault("level {} of a tree of {} leaves has a partial tile of {} hashes, not {}", level, size,
                   expected, found);
    }
    if (hashes_at(level, size) == 0) continue;
    Level& restored = builder.levels_.emplace_back();
    restored.hashes.reserve(full_width);
    for (size_t i = 0; i < found; ++i) {
      restored.hashes.push_back(partials[level][i]);
      restored.inside.append(partials[level][i]);
    }
  }
  return builder;
}

void TileBuilder::append(const Hash& leaf) {
  append_at(0, leaf);
  ++size_;
}

void TileBuilder::append_at(size_t level, const Hash& hash) {
  if (level == levels_.size()) levels_.emplace_back().hashes.reserve(full_width);
  Level& here = levels_[level];
  here.hashes.push_back(hash);
  here.inside.append(hash);
  if (here.hashes.size() < full_width) return;
  // The size counts the leaf only after this, so the index of the tile that ends with it rounds down to it.
  const uint64_t index = hashes_at(static_cast<int>(level), size_) / full_width;
  on_full_(TileId{static_cast<int>(level), index}, std::span<const Hash, full_width>(here.hashes));
  const Hash tile_root = here.inside.root();
  here.hashes.clear();
  here.inside = Frontier();
  append_at(level + 1, tile_root);
}

Hash TileBuilder::root() const {
  std::optional<Hash> root;
  for (const Level& level : levels_) {
    const std::span<const Hash> peaks = level.inside.peaks();
    for (size_t i = peaks.size(); i-- > 0;) root = root ? node_hash(peaks[i], *root) : peaks[i];
  }
  return root.value_or(empty_root());
}

std::span<const Hash> TileBuilder::partial(int level) const {
  if (level < 0 || level >= levels()) return {};
  return levels_[static_cast<size_t>(level)].hashes;
}

std::string tile_path(TileId id, unsigned width) {
  INVARIANT(id.level >= 0 && id.level <= tile_level_max, "a tile level is 0 to 63", id.level);
  return with_width(fmt::format("{}/{}", id.level, grouped(id.index)), width);
}

std::string entries_path(uint64_t index, unsigned width) {
  return with_width("entries/" + grouped(index), width);
}

std::optional<ParsedTilePath> parse_tile_path(std::string_view path) {
  ParsedTilePath parsed;
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view level = path.substr(0, slash);
  path.remove_prefix(slash + 1);
  parsed.entries = level == "entries";
  if (!parsed.entries) {
    const auto number = parse_small(level, tile_level_max);
    if (!number) return std::nullopt;
    parsed.id.level = static_cast<int>(*number);
  }
  if (const size_t suffix = path.find(".p/"); suffix != std::string_view::npos) {
    const auto width = parse_small(path.substr(suffix + 3), full_width - 1);
    if (!width || *width == 0) return std::nullopt;
    parsed.width = *width;
    path = path.substr(0, suffix);
  }
  const auto index = parse_grouped(path);
  if (!index) return std::nullopt;
  parsed.id.index = *index;
  return parsed;
}

void append_bundle_entry(std::string& bundle, std::string_view entry) {
  INVARIANT(entry.size() <= bundle_entry_bytes_max, "an entry of a bundle is at most 65535 bytes",
            entry.size());
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xff);
  bundle += entry;
}

Result<std::vector<std::string_view>> parse_bundle(std::string_view bundle) {
  std::vector<std::string_view> entries;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return fault("a bundle ends inside the length of entry {}", entries.size());
    const size_t length = static_cast<uint8_t>(bundle[0]) << 8 | static_cast<uint8_t>(bundle[1]);
    bundle.remove_prefix(2);
    if (bundle.size() < length) return fault("a bundle ends inside entry {}", entries.size());
    entries.push_back(bundle.substr(0, length));
    bundle.remove_prefix(length);
  }
  return entries;
}

}  // namespace provodka::log
