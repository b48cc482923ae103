#include "ledger/log/line.h"
#include "ledger/log/proof.h"
#include "ledger/log/trees.h"
#include "tests/ledger/log/frames.h"
#include "tests/ledger/log/memory_tiles.h"

#include <random>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

// A log of many tenants in memory: its frames, and which lines are whose.
struct Many {
  std::vector<FramePtr> frames;
  std::map<std::string, std::vector<std::pair<Hash, Position>>> leaves;
  uint64_t last = 0;

  Many(int tenants, int count, unsigned seed = 1) {
    std::mt19937 random(seed);
    Lines lines;
    for (int made = 0; made < count;) {
      std::vector<std::string> texts;
      const Position first(last + 1);
      for (auto size = 1 + random() % 40; size > 0 && made < count; --size, ++made) {
        // Some tenants have most of the events.
        const auto number =
            std::min(random() % static_cast<unsigned>(tenants), random() % static_cast<unsigned>(tenants));
        const std::string tenant = fmt::format("t{}", number);
        texts.push_back(lines.next(tenant, fmt::format("{}", made)));
        leaves[tenant].emplace_back(leaf_hash(texts.back()), Position(++last));
      }
      frames.push_back(frame_of(first, texts));
    }
  }

  // The root of the first events of a tenant, by definition.
  Hash root(const std::string& tenant, size_t size) const {
    std::vector<Hash> hashes;
    for (size_t i = 0; i < size; ++i) hashes.push_back(leaves.at(tenant)[i].first);
    return root_by_definition(hashes);
  }
};

struct Store {
  TemporaryDir dir;
  std::unique_ptr<DerivedStore> store = open();
  std::unique_ptr<Trees> trees = Trees::open(*store).value();

  std::unique_ptr<DerivedStore> open() const {
    auto opened = DerivedStore::open(dir / "index", DerivedStore::Mode::owner);
    if (!opened) FAIL(opened.error().what);
    return std::move(*opened);
  }
  // As after a kill: what was not saved is gone.
  void reopen() {
    trees.reset();
    store.reset();
    store = open();
    trees = Trees::open(*store).value();
  }
};

void check_against(const Trees& trees, const Many& many) {
  CHECK(trees.position() == Position(many.last));
  const auto heads = trees.heads();
  CHECK(heads.size() == many.leaves.size());
  LogRoot log_root;
  for (const auto& [tenant, leaves] : many.leaves) {
    INFO(tenant);
    const auto head = trees.head(tenant);
    REQUIRE(head);
    CHECK(head->size == leaves.size());
    CHECK(head->root == many.root(tenant, leaves.size()));
    CHECK(heads.at(tenant).root == head->root);
    log_root.add(tenant, head->size, head->root);
    for (size_t i = 0; i < leaves.size(); ++i) {
      const auto place = trees.place_of(tenant, Sequence(i + 1));
      REQUIRE(place);
      CHECK(*place == leaves[i].second);
    }
    CHECK(trees.place_of(tenant, Sequence(0)).value() == std::nullopt);
    CHECK(trees.place_of(tenant, Sequence(leaves.size() + 1)).value() == std::nullopt);
    const auto source = trees.source(tenant);
    for (const size_t index : {size_t{0}, leaves.size() / 2, leaves.size() - 1}) {
      const auto proof = prove_inclusion(*source, index, leaves.size());
      REQUIRE(proof);
      CHECK(verify_inclusion(leaves[index].first, index, leaves.size(), *proof, head->root));
    }
    const size_t old = leaves.size() / 3;
    const auto proof = prove_consistency(*source, old, leaves.size());
    REQUIRE(proof);
    CHECK(verify_consistency(old, leaves.size(), many.root(tenant, old), head->root, *proof));
  }
  CHECK(trees.log_root() == log_root.finish());
  CHECK(trees.state() == std::pair(Position(many.last), trees.log_root()));
}

}  // namespace

TEST_CASE("trees of several tenants are what the definition says") {
  const Many many(5, 4000);
  Store store;
  for (const auto& frame : many.frames) REQUIRE(store.trees->add(*frame));
  check_against(*store.trees, many);  // from memory
  REQUIRE(store.trees->write_tiles());
  check_against(*store.trees, many);  // full tiles from the store
  REQUIRE(store.trees->save());
  store.reopen();
  check_against(*store.trees, many);
}

TEST_CASE("trees that go on from where they were saved are those that were built in one go") {
  const Many many(7, 3000, 2);
  Store store;
  std::mt19937 random(5);
  size_t saved = 0;
  for (size_t i = 0; i < many.frames.size(); ++i) {
    REQUIRE(store.trees->add(*many.frames[i]));
    if (random() % 10 == 0) REQUIRE(store.trees->write_tiles());
    if (random() % 25 == 0) {
      REQUIRE(store.trees->save());
      saved = i + 1;
    }
    if (random() % 40 == 0) {  // killed; what was added since is added again
      store.reopen();
      CHECK(store.trees->position() == (saved == 0 ? Position() : many.frames[saved - 1]->last()));
      i = saved - 1;
    }
  }
  check_against(*store.trees, many);
}

TEST_CASE("thousands of tenants are kept apart") {
  const Many many(2000, 6000, 3);
  Store store;
  for (const auto& frame : many.frames) REQUIRE(store.trees->add(*frame));
  REQUIRE(store.trees->save());
  store.reopen();
  CHECK(store.trees->heads().size() == many.leaves.size());
  for (const auto& [tenant, leaves] : many.leaves) {
    CHECK(store.trees->head(tenant)->root == many.root(tenant, leaves.size()));
    CHECK(store.trees->place_of(tenant, Sequence(leaves.size())).value() == leaves.back().second);
  }
}

TEST_CASE("a frame is added in parts, and what was added already is not added again") {
  const Many many(3, 500, 4);
  Store store;
  std::mt19937 random(6);
  for (const auto& frame : many.frames) {
    const Position middle(frame->first().value() + random() % frame->count());
    REQUIRE(store.trees->add(*frame, Position(frame->first().value() - 1)));
    CHECK(store.trees->position().value() == frame->first().value() - 1);
    REQUIRE(store.trees->add(*frame, middle));
    CHECK(store.trees->position() == middle);
    REQUIRE(store.trees->add(*frame));
    REQUIRE(store.trees->add(*frame));
  }
  check_against(*store.trees, many);
}

TEST_CASE("a line that does not come next is a fault") {
  Store store;
  Lines lines;
  REQUIRE(store.trees->add(*frame_of(Position(1), {lines.next("a"), lines.next("b"), lines.next("a")})));
  const auto why_not = [&](Position first, std::string line) {
    const auto added = store.trees->add(*frame_of(first, {std::move(line)}));
    return added ? "" : added.error().what;
  };
  CHECK(why_not(Position(5), lines.next("a")) == "positions 4 to 4 are missing before the tree");
  Lines again;
  CHECK(why_not(Position(4), again.next("a")) == "position 4: 1 comes after 2 of tenant a");
  CHECK(why_not(Position(4), "no event") == "position 4: the line does not say whose it is");
  Lines other;
  other.next("c");
  CHECK(why_not(Position(4), other.next("c")) == "position 4: 2 comes after 0 of tenant c");
}

TEST_CASE("whose a line is") {
  CHECK(origin_of(Lines().next("acme"))->tenant == "acme");
  CHECK(origin_of(Lines().next("acme"))->sequence == Sequence(1));
  for (const auto* line : {"", "{}", R"({"specversion":"1.0","id":"x","source":"/t"})",
                           R"({"specversion":"1.0","id":"1","source":"t"})",
                           R"({"specversion":"1.0","id":"99999999999999999999","source":"/t"})"}) {
    CHECK_FALSE(origin_of(line));
  }
}

TEST_CASE("ids are found in the files, and the first place of one is kept") {
  Store store;
  const auto id = [](unsigned char number, uint64_t position) {
    SeenId seen{.key = {}, .position = Position(position), .check = number * 3u};
    seen.key[0] = number;
    seen.key[15] = 1;
    return seen;
  };
  CHECK(store.store->ids_through() == Position());
  CHECK(store.store->find_id(id(1, 1).key).value() == std::nullopt);
  REQUIRE(store.store->add_ids({id(3, 30), id(1, 10), id(3, 20), id(2, 15)}, Position(40)));
  REQUIRE(store.store->add_ids({id(4, 50)}, Position(50)));
  REQUIRE(store.store->add_ids({}, Position(60)));
  for (int round = 0; round < 2; ++round) {
    CHECK(store.store->ids_through() == Position(60));
    CHECK(store.store->find_id(id(3, 0).key).value()->position == Position(20));
    CHECK(store.store->find_id(id(1, 0).key).value()->position == Position(10));
    CHECK(store.store->find_id(id(4, 0).key).value()->check == 12);
    CHECK(store.store->find_id(id(5, 0).key).value() == std::nullopt);
    store.reopen();
  }
  CHECK(store.store->check_files());
}

TEST_CASE("a derived store in which damage was found is not opened by its next owner") {
  Store store;
  const Many many(2, 2000);
  for (const auto& frame : many.frames) REQUIRE(store.trees->add(*frame));
  REQUIRE(store.trees->save());
  store.trees.reset();
  store.store.reset();
  const auto files = files_in(store.dir / "index", ".sst");
  REQUIRE_FALSE(files.empty());
  flip(files.front(), 100);
  {
    const auto opened = store.open();
    CHECK_FALSE(opened->check_files());
  }
  const auto again = DerivedStore::open(store.dir / "index", DerivedStore::Mode::owner);
  REQUIRE_FALSE(again);
  CHECK(again.error().what.contains("was found to be damaged"));
}

}  // namespace provodka::log
