#include "ledger/log/proof.h"
#include "tests/ledger/log/memory_tiles.h"

#include <set>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka::log {
namespace {

constexpr uint64_t largest = 70'000;

// One tree serves every size up to its own: a smaller tree's tiles are the beginnings of the larger one's.
struct Tree {
  std::vector<Hash> leaves = numbered_leaves(largest);
  MemoryTiles tiles{leaves};
  std::vector<Hash> roots;

  Tree() {
    Frontier frontier;
    roots.push_back(frontier.root());
    for (const Hash& leaf : leaves) {
      frontier.append(leaf);
      roots.push_back(frontier.root());
    }
  }
};

Tree& tree() {
  static Tree shared;
  return shared;
}

// Sizes near the edges of tiles and levels are where the shapes differ.
const std::vector<uint64_t> edges = {1,   2,   3,   7,   8,    9,      255,    256,    257,
                                     511, 512, 513, 767, 1024, 65'535, 65'536, 65'537, 65'792};

uint64_t any_size() {
  return *rc::gen::oneOf(rc::gen::inRange<uint64_t>(1, 600), rc::gen::elementOf(edges),
                         rc::gen::resize(rc::kNominalSize, rc::gen::inRange<uint64_t>(1, largest + 1)));
}

uint64_t below(uint64_t bound) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<uint64_t>(0, bound));
}

Hash flip_a_bit(Hash hash) {
  const uint64_t bit = below(256);
  hash.bytes[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
  return hash;
}

// Some proof that differs from the one given.
std::vector<Hash> mutate(std::vector<Hash> proof) {
  const uint64_t kind = below(proof.size() > 1 ? 5 : proof.empty() ? 1 : 4);
  const auto at = static_cast<ptrdiff_t>(proof.empty() ? 0 : below(proof.size()));
  switch (kind) {
    case 0:
      proof.insert(proof.begin() + at, leaf_hash("stranger"));
      break;
    case 1:
      proof[static_cast<size_t>(at)] = flip_a_bit(proof[static_cast<size_t>(at)]);
      break;
    case 2:
      proof.erase(proof.begin() + at);
      break;
    case 3:
      proof.push_back(proof.back());
      break;
    default:
      std::swap(proof[static_cast<size_t>(at)], proof[(static_cast<size_t>(at) + 1) % proof.size()]);
  }
  return proof;
}

int levels_of(uint64_t size) {
  int levels = 1;
  while (size >>= 8) ++levels;
  return levels;
}

// A tile is read at most once, and at each level only the tile above the leaf and the one at the right edge.
void check_reads(uint64_t size) {
  const auto& reads = tree().tiles.reads;
  std::set<std::pair<int, uint64_t>> distinct;
  for (const TileId& id : reads) distinct.insert({id.level, id.index});
  RC_ASSERT(distinct.size() == reads.size());
  RC_ASSERT(reads.size() <= static_cast<size_t>(2 * levels_of(size)));
}

TEST_CASE("roots from tiles are the roots of the definition") {
  CHECK(rc::check("at any size that the definition reaches in time", [] {
    const uint64_t size = *rc::gen::oneOf(rc::gen::inRange<uint64_t>(0, 2000), rc::gen::elementOf(edges));
    const auto root = root_of(tree().tiles, size);
    RC_ASSERT(root.has_value());
    RC_ASSERT(*root == root_by_definition(std::span(tree().leaves).first(size)));
  }));
  CHECK(rc::check("and of the frontier at any size", [] {
    const uint64_t size = any_size();
    RC_ASSERT(root_of(tree().tiles, size).value() == tree().roots[size]);
  }));
  CHECK(root_of(tree().tiles, 0) == empty_root());
}

TEST_CASE("inclusion of any leaf in any tree is proved by few tiles and verified") {
  CHECK(rc::check("the proof holds", [] {
    const uint64_t size = any_size();
    const uint64_t index = below(size);
    tree().tiles.reads.clear();
    const auto proof = prove_inclusion(tree().tiles, index, size);
    RC_ASSERT(proof.has_value());
    check_reads(size);
    RC_ASSERT(verify_inclusion(tree().leaves[index], index, size, *proof, tree().roots[size]));
  }));
}

TEST_CASE("an inclusion proof holds for nothing else") {
  CHECK(rc::check("another proof, leaf, index or root fails", [] {
    const uint64_t size = any_size();
    const uint64_t index = below(size);
    const auto proof = prove_inclusion(tree().tiles, index, size);
    RC_ASSERT(proof.has_value());
    const Hash leaf = tree().leaves[index];
    const Hash root = tree().roots[size];
    RC_ASSERT_FALSE(verify_inclusion(leaf, index, size, mutate(*proof), root));
    RC_ASSERT_FALSE(verify_inclusion(flip_a_bit(leaf), index, size, *proof, root));
    RC_ASSERT_FALSE(verify_inclusion(leaf, index, size, *proof, flip_a_bit(root)));
    RC_ASSERT_FALSE(verify_inclusion(leaf, size, size, *proof, root));
    RC_ASSERT_FALSE(verify_inclusion(leaf, index, index, *proof, root));
    const uint64_t other = below(size);
    if (other != index) RC_ASSERT_FALSE(verify_inclusion(leaf, other, size, *proof, root));
  }));
}

TEST_CASE("consistency of any two sizes is proved by few tiles and verified") {
  CHECK(rc::check("the proof holds", [] {
    const uint64_t new_size = any_size();
    const uint64_t old_size = below(new_size + 1);
    tree().tiles.reads.clear();
    const auto proof = prove_consistency(tree().tiles, old_size, new_size);
    RC_ASSERT(proof.has_value());
    check_reads(new_size);
    RC_ASSERT(verify_consistency(old_size, new_size, tree().roots[old_size], tree().roots[new_size], *proof));
  }));
}

TEST_CASE("a consistency proof holds for nothing else") {
  CHECK(rc::check("another proof or root fails", [] {
    const uint64_t new_size = any_size();
    const uint64_t old_size = 1 + below(new_size);
    const auto proof = prove_consistency(tree().tiles, old_size, new_size);
    RC_ASSERT(proof.has_value());
    const Hash old_root = tree().roots[old_size];
    const Hash new_root = tree().roots[new_size];
    RC_ASSERT_FALSE(verify_consistency(old_size, new_size, old_root, new_root, mutate(*proof)));
    RC_ASSERT_FALSE(verify_consistency(old_size, new_size, flip_a_bit(old_root), new_root, *proof));
    RC_ASSERT_FALSE(verify_consistency(old_size, new_size, old_root, flip_a_bit(new_root), *proof));
    if (old_size < new_size) {
      RC_ASSERT_FALSE(verify_consistency(new_size, old_size, new_root, old_root, *proof));
    }
  }));
}

TEST_CASE("the edges of tiles and levels hold in every pair") {
  for (uint64_t new_size : edges) {
    const Hash& new_root = tree().roots[new_size];
    for (uint64_t old_size : edges) {
      if (old_size > new_size) continue;
      INFO(old_size << " of " << new_size);
      const auto consistency = prove_consistency(tree().tiles, old_size, new_size);
      REQUIRE(consistency);
      CHECK(verify_consistency(old_size, new_size, tree().roots[old_size], new_root, *consistency));
      const auto inclusion = prove_inclusion(tree().tiles, old_size - 1, new_size);
      REQUIRE(inclusion);
      CHECK(verify_inclusion(tree().leaves[old_size - 1], old_size - 1, new_size, *inclusion, new_root));
    }
  }
}

TEST_CASE("a tree that was rewritten is not consistent with the one before") {
  std::vector<Hash> rewritten(tree().leaves.begin(), tree().leaves.begin() + 1000);
  rewritten[17] = leaf_hash("rewritten");
  MemoryTiles tiles(rewritten);
  const auto proof = prove_consistency(tiles, 500, 1000);
  REQUIRE(proof);
  CHECK_FALSE(verify_consistency(500, 1000, tree().roots[500], tiles.builder().root(), *proof));
}

// Each of these folds to the roots it is given; only the sizes say that it has a hash too few or too many.
TEST_CASE("a proof of another depth than its sizes fails though it leads to the roots") {
  const Hash& left = tree().leaves[0];
  const Hash& right = tree().leaves[1];
  const Hash& aside = tree().leaves[2];
  const Hash parent = node_hash(left, right);
  CHECK(verify_inclusion(right, 1, 2, std::vector{left}, parent));
  CHECK_FALSE(verify_inclusion(right, 0, 1, std::vector{left}, parent));
  CHECK_FALSE(verify_inclusion(parent, 0, 2, {}, parent));
  CHECK_FALSE(verify_consistency(2, 4, parent, parent, {}));

  const Hash old_root = node_hash(parent, aside);
  const Hash new_root = node_hash(parent, node_hash(aside, right));
  CHECK(verify_consistency(3, 4, old_root, new_root, std::vector{aside, right, parent}));
  CHECK_FALSE(verify_consistency(3, 4, node_hash(left, old_root), node_hash(left, new_root),
                                 std::vector{aside, right, parent, left}));
}

TEST_CASE("the empty tree begins every tree and needs no proof") {
  const Hash stranger = leaf_hash("stranger");
  CHECK(prove_consistency(tree().tiles, 0, 300)->empty());
  CHECK(verify_consistency(0, 300, empty_root(), tree().roots[300], {}));
  CHECK_FALSE(verify_consistency(0, 300, stranger, tree().roots[300], {}));
  CHECK_FALSE(verify_consistency(0, 300, empty_root(), tree().roots[300], std::vector{stranger}));
  CHECK(verify_consistency(0, 0, empty_root(), empty_root(), {}));
  CHECK_FALSE(verify_consistency(0, 0, stranger, stranger, {}));
}

TEST_CASE("what is not in the tree is not proved") {
  CHECK_FALSE(prove_inclusion(tree().tiles, 0, 0));
  CHECK_FALSE(prove_inclusion(tree().tiles, 10, 10));
  CHECK_FALSE(prove_consistency(tree().tiles, 11, 10));
  CHECK_FALSE(verify_inclusion(tree().leaves[0], 0, 0, {}, tree().leaves[0]));
}

TEST_CASE("a source that fails or gives the wrong width is a fault") {
  CHECK_FALSE(prove_inclusion(tree().tiles, 0, largest + 1000));
  CHECK_FALSE(prove_consistency(tree().tiles, 300, largest + 1000));
  CHECK_FALSE(root_of(tree().tiles, largest + 1000));
  struct Uncut : TileSource {
    Result<std::vector<Hash>> tile(TileId id, unsigned) override { return tree().tiles.tile(id, full_width); }
  } uncut;
  CHECK_FALSE(root_of(uncut, 300));
}

}  // namespace
}  // namespace provodka::log
