#include "ledger/log/tiles.h"

#include "tests/ledger/log/memory_tiles.h"

#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

TEST_CASE("a tree of 70,000 leaves has the tiles that the specification counts") {
  const std::vector<Hash> leaves = numbered_leaves(70'000);
  MemoryTiles tiles(leaves);
  std::map<int, int> full_tiles;
  for (const auto& [id, hashes] : tiles.full()) ++full_tiles[id.first];
  CHECK(full_tiles == std::map<int, int>{{0, 273}, {1, 1}});
  CHECK(tiles.builder().levels() == 3);
  CHECK(tiles.builder().partial(0).size() == 112);
  CHECK(tiles.builder().partial(1).size() == 17);
  CHECK(tiles.builder().partial(2).size() == 1);
  CHECK(tiles.builder().partial(3).empty());

  CHECK(tile_width(0, 272, 70'000) == 256);
  CHECK(tile_width(0, 273, 70'000) == 112);
  CHECK(tile_width(0, 274, 70'000) == 0);
  CHECK(tile_width(1, 0, 70'000) == 256);
  CHECK(tile_width(1, 1, 70'000) == 17);
  CHECK(tile_width(2, 0, 70'000) == 1);
  CHECK(tile_width(2, 1, 70'000) == 0);
  CHECK(tile_width(3, 0, 70'000) == 0);
}

TEST_CASE("every tile holds the subtrees that its place names") {
  const std::vector<Hash> leaves = numbered_leaves(66'000);
  MemoryTiles tiles(leaves);
  for (int level = 0; level < 3; ++level) {
    const size_t span = size_t{1} << (8 * level);
    for (uint64_t index = 0; tile_width(level, index, leaves.size()) > 0; ++index) {
      const auto hashes = tiles.tile({level, index}, tile_width(level, index, leaves.size()));
      REQUIRE(hashes);
      for (size_t i = 0; i < hashes->size(); ++i) {
        const auto below = std::span(leaves).subspan((index * full_width + i) * span, span);
        REQUIRE((*hashes)[i] == root_by_definition(below));
      }
    }
  }
}

TEST_CASE("a tile that becomes full moves its root up and leaves its level empty") {
  std::vector<TileId> handed_over;
  TileBuilder builder([&](TileId id, std::span<const Hash, full_width>) { handed_over.push_back(id); });
  const std::vector<Hash> leaves = numbered_leaves(256);
  for (const Hash& leaf : std::span(leaves).first(255)) builder.append(leaf);
  CHECK(handed_over.empty());
  CHECK(builder.partial(0).size() == 255);
  builder.append(leaves[255]);
  CHECK(handed_over == std::vector<TileId>{{0, 0}});
  CHECK(builder.partial(0).empty());
  REQUIRE(builder.partial(1).size() == 1);
  CHECK(builder.partial(1)[0] == root_by_definition(leaves));
  CHECK(tile_width(0, 0, 256) == 256);
  CHECK(tile_width(0, 1, 256) == 0);
  CHECK(tile_width(1, 0, 256) == 1);
}

TEST_CASE("tiles are handed over once, in order, the lower before the upper") {
  std::vector<TileId> handed_over;
  TileBuilder builder([&](TileId id, std::span<const Hash, full_width>) { handed_over.push_back(id); });
  const Hash leaf = leaf_hash("same");
  for (int i = 0; i < 2 * 65'536; ++i) builder.append(leaf);
  std::vector<TileId> expected;
  for (uint64_t index = 0; index < 512; ++index) {
    expected.push_back({0, index});
    if (index % 256 == 255) expected.push_back({1, index / 256});
  }
  CHECK(handed_over == expected);
}

TEST_CASE("the builder has the root of the frontier at every size") {
  const std::vector<Hash> leaves = numbered_leaves(66'100);
  TileBuilder builder([](TileId, std::span<const Hash, full_width>) {});
  Frontier frontier;
  CHECK(builder.root() == empty_root());
  for (const Hash& leaf : leaves) {
    builder.append(leaf);
    frontier.append(leaf);
    REQUIRE(builder.root() == frontier.root());
  }
  CHECK(builder.size() == leaves.size());
}

TEST_CASE("a restored builder continues as if it had never stopped") {
  const std::vector<Hash> leaves = numbered_leaves(66'100);
  MemoryTiles whole(leaves);
  for (size_t stop : {0, 1, 255, 256, 257, 511, 512, 1000, 65'535, 65'536, 65'537, 65'792, 66'100}) {
    MemoryTiles before{std::span(leaves).first(stop)};
    std::vector<std::vector<Hash>> partials;
    for (int level = 0; level < before.builder().levels(); ++level) {
      const auto partial = before.builder().partial(level);
      partials.emplace_back(partial.begin(), partial.end());
    }
    auto full = before.full();
    auto after = TileBuilder::restore(
        [&](TileId id, std::span<const Hash, full_width> hashes) {
          const auto [_, is_new] =
              full.insert({{id.level, id.index}, std::vector(hashes.begin(), hashes.end())});
          REQUIRE(is_new);
        },
        stop, partials);
    REQUIRE(after);
    CHECK(after->root() == before.builder().root());
    for (size_t i = stop; i < leaves.size(); ++i) after->append(leaves[i]);
    CHECK(after->root() == whole.builder().root());
    CHECK(full == whole.full());
  }
}

TEST_CASE("partial tiles that do not fit the size are a fault") {
  const auto restore = [](uint64_t size, std::vector<std::vector<Hash>> partials) {
    return TileBuilder::restore([](TileId, std::span<const Hash, full_width>) {}, size, partials).has_value();
  };
  const std::vector<Hash> one = numbered_leaves(1);
  const std::vector<Hash> two = numbered_leaves(2);
  CHECK(restore(0, {}));
  CHECK(restore(0, {{}, {}}));
  CHECK(restore(257, {one, one}));
  CHECK(restore(512, {{}, two}));
  CHECK(restore(65'536, {{}, {}, one}));
  CHECK(restore(1ull << 56, {{}, {}, {}, {}, {}, {}, {}, one}));
  CHECK_FALSE(restore(0, {one}));
  CHECK_FALSE(restore(1, {}));
  CHECK_FALSE(restore(1, {two}));
  CHECK_FALSE(restore(257, {one}));
  CHECK_FALSE(restore(257, {one, two}));
  CHECK_FALSE(restore(257, {one, one, one}));
  CHECK_FALSE(restore(2, {two, {}, {}, {}, {}, {}, {}, {}, one}));
}

TEST_CASE("widths reach the largest size") {
  const uint64_t largest = std::numeric_limits<uint64_t>::max();
  CHECK(tile_width(0, largest / 256, largest) == 255);
  CHECK(tile_width(7, 0, largest) == 255);
  CHECK(tile_width(7, 1, largest) == 0);
  CHECK(tile_width(8, 0, largest) == 0);
  CHECK(tile_width(63, 0, largest) == 0);
  CHECK(tile_width(0, 0, 0) == 0);
}

TEST_CASE("paths are those of the specification") {
  CHECK(tile_path({0, 1'234'067}, 256) == "0/x001/x234/067");
  CHECK(tile_path({0, 1'234'067}, 112) == "0/x001/x234/067.p/112");
  CHECK(tile_path({0, 0}, 1) == "0/000.p/1");
  CHECK(tile_path({1, 999}, 256) == "1/999");
  CHECK(tile_path({63, 1000}, 255) == "63/x001/000.p/255");
  CHECK(tile_path({0, std::numeric_limits<uint64_t>::max()}, 256) == "0/x018/x446/x744/x073/x709/x551/615");
  CHECK(entries_path(1'234'067, 256) == "entries/x001/x234/067");
  CHECK(entries_path(5, 7) == "entries/005.p/7");
}

TEST_CASE("a path is read back as what it names") {
  for (uint64_t index : {uint64_t{0}, uint64_t{9}, uint64_t{999}, uint64_t{1000}, uint64_t{1'000'000},
                         uint64_t{123'456'789'012}, std::numeric_limits<uint64_t>::max()}) {
    for (unsigned width : {1u, 10u, 100u, 255u, 256u}) {
      for (int level : {0, 1, 9, 10, 63}) {
        const ParsedTilePath tile{.id = {level, index}, .width = width};
        CHECK(parse_tile_path(tile_path({level, index}, width)) == tile);
      }
      const ParsedTilePath bundle{.entries = true, .id = {0, index}, .width = width};
      CHECK(parse_tile_path(entries_path(index, width)) == bundle);
    }
  }
}

TEST_CASE("a path that is spelled otherwise names nothing") {
  for (const char* path : {"",
                           "0",
                           "0/",
                           "/0/000",
                           "tile/0/000",
                           "00/000",
                           "01/000",
                           "64/000",
                           "-1/000",
                           "+1/000",
                           "1e/000",
                           "entry/000",
                           "Entries/000",
                           "entries",
                           "entries/",
                           "0/0",
                           "0/00",
                           "0/0000",
                           "0/x000",
                           "0/000/000",
                           "0/x001/x002",
                           "0/x000/001",
                           "0/x000/x000/001",
                           "0/x01/000",
                           "0/x0001/000",
                           "0/X001/000",
                           "0/x00a/000",
                           "0/00a",
                           "0/-01",
                           "0/+01",
                           "0/ 01",
                           "0/000/",
                           "0//000",
                           "0/000.p",
                           "0/000.p/",
                           "0/000.p/0",
                           "0/000.p/01",
                           "0/000.p/256",
                           "0/000.p/1000",
                           "0/000.p/-1",
                           "0/000.p/1/",
                           "0/000.p/1.p/1",
                           "0/000p/1",
                           "0/000.P/1",
                           "0/000 ",
                           "0/000\n",
                           "0/x018/x446/x744/x073/x709/x551/616",
                           "0/x999/x999/x999/x999/x999/x999/999",
                           "0/x001/x000/x000/x000/x000/x000/x000/000"}) {
    INFO(path);
    CHECK_FALSE(parse_tile_path(path));
  }
  CHECK_FALSE(parse_tile_path(std::string_view("0/000\0", 6)));
}

TEST_CASE("a bundle is entries behind big-endian lengths") {
  std::string bundle;
  append_bundle_entry(bundle, "ab");
  append_bundle_entry(bundle, "");
  const std::string longest(bundle_entry_bytes_max, 'x');
  append_bundle_entry(bundle, longest);
  CHECK(bundle == std::string("\0\2ab\0\0\xff\xff", 8) + longest);
  const auto entries = parse_bundle(bundle);
  REQUIRE(entries);
  CHECK(*entries == std::vector<std::string_view>{"ab", "", longest});
  CHECK(parse_bundle("")->empty());
}

TEST_CASE("a bundle that ends inside an entry is a fault") {
  CHECK_FALSE(parse_bundle(std::string_view("\0", 1)));
  CHECK_FALSE(parse_bundle(std::string_view("\0\2a", 3)));
  CHECK_FALSE(parse_bundle(std::string_view("\0\1ab", 4)));
}

}  // namespace
}  // namespace provodka::log
