#include "ledger/log/line.h"
#include "tests/ledger/engine/house.h"

#include <algorithm>
#include <random>

#include <catch2/generators/catch_generators.hpp>

namespace provodka::test {
namespace {

namespace fs = std::filesystem;

// Posts in jobs of ten and a few at a time, as many connections would, so that commits, frames and snapshots
// meet in all orders.
void post_many(House& house, std::string_view tenant, std::string_view prefix, int count) {
  std::counting_semaphore<> room(20);
  std::deque<std::string> texts;
  std::vector<Given> commands;
  const auto flush = [&] {
    room.acquire();
    house.start(house.job(commands), [&](std::unique_ptr<Job> job) {
      for (const Outcome& outcome : job->outcomes)
        INVARIANT(outcome.kind == Kind::recorded, "it is recorded", outcome.detail);
      room.release();
    });
    commands.clear();
  };
  for (int i = 0; i < count; ++i) {
    const std::string& id = texts.emplace_back(fmt::format("{}-{}", prefix, i));
    const std::string& account = texts.emplace_back(fmt::format("a{}", i % 7));
    commands.push_back(
        {id, i % 3 ? CommandData(pay(account, "1.50", id)) : CommandData(charge(account, "1.00")), tenant});
    if (commands.size() == 10) flush();
  }
  flush();
  for (int i = 0; i < 20; ++i) room.acquire();
}

void open_books(House& house, std::string_view tenant = "acme") {
  house.create(tenant);
  for (int i = 0; i < 7; ++i) {
    const std::string account = fmt::format("a{}", i);
    house.must("open-" + account, open(account, "1000.00"), tenant);
  }
}

}  // namespace

TEST_CASE("an empty shard opens again") {
  House house;
  house.open();
  house.holds();
  house.reopen();
  house.holds();
  CHECK(house.warnings().empty());
}

TEST_CASE("reopened, the state is what it was") {
  House house;
  house.open();
  open_books(house);
  post_many(house, "acme", "p", 500);
  house.holds();
  const auto before = house.state();

  const auto [what, damage] = GENERATE(table<std::string, std::function<void(const std::string&)>>({
      {"with all derived data", [](const auto&) {}},
      {"without any", [](const auto& derived) { fs::remove_all(derived); }},
      {"without snapshots", [](const auto& derived) { fs::remove_all(derived + "/snapshots"); }},
      {"without tiles and ids", [](const auto& derived) { fs::remove_all(derived + "/index"); }},
      {"with tiles and ids that cannot be opened",
       [](const auto& derived) { fs::remove(derived + "/index/CURRENT"); }},
      {"with a snapshot that is cut short",
       [](const auto& derived) {
         for (const auto& [position, path] : engine::snapshot_files(derived + "/snapshots")) {
           fs::resize_file(path, fs::file_size(path) - 1);
         }
       }},
  }));
  INFO(what);
  house.close();
  damage(house.path() + "/derived");
  house.open();
  CHECK(house.state() == before);
  house.holds();
  CHECK(house.run("p-77", charge("a0", "1.00")).kind != Kind::recorded);  // its id is known
  house.must("one more", charge("a0", "1.00"));
  house.holds();
}

TEST_CASE("each snapshot that is taken while commands go on is the state at its position") {
  House house;
  house.snapshot_every = 1000;
  house.open();
  open_books(house);
  const std::string dir = house.path() + "/derived/snapshots";
  size_t looked_at = 0;
  for (int round = 0; round < 5; ++round) {
    post_many(house, "acme", fmt::format("r{}", round), 1500);
    house.holds();
    house.close();
    const auto log = log::EventLog::open(house.path() + "/log", log::EventLog::Mode::reader);
    REQUIRE(log);
    for (const auto& [position, path] : engine::snapshot_files(dir)) {
      engine::Shard shard;
      const auto snapshot = engine::read_snapshot(path, shard);
      REQUIRE(snapshot);
      CHECK(snapshot->hash == replayed(**log, position).state);
      ++looked_at;
    }
    house.open();
    house.holds();
  }
  CHECK(looked_at >= 6);
  CHECK(house.warnings().empty());
}

TEST_CASE("a reader leaves the snapshot that is being written alone") {
  House house;
  house.open();
  open_books(house);
  house.close();
  const std::string begun = house.path() + "/derived/snapshots/00000000000000000099.snap.tmp";
  REQUIRE(log::write_file_durably(begun, "half"));
  CHECK(engine::snapshot_files(house.path() + "/derived/snapshots").size() == 1);
  CHECK(fs::exists(begun));
  house.open();  // the owner clears up what a killed one left
  CHECK_FALSE(fs::exists(begun));
}

TEST_CASE("a snapshot of a log that went further is not kept for when this one does") {
  House house;
  house.open();
  open_books(house);
  house.close();
  const std::string dir = house.path() + "/derived/snapshots";
  const auto files = engine::snapshot_files(dir);
  REQUIRE(files.size() == 1);
  fs::copy(files.front().second, dir + "/00000000000000000100.snap");
  house.open();
  CHECK_FALSE(fs::exists(dir + "/00000000000000000100.snap"));
}

TEST_CASE("positions and sequences have no gap, for several tenants at the same time") {
  House house;
  house.open();
  for (const auto* tenant : {"acme", "beta", "gamma"}) open_books(house, tenant);
  std::vector<std::thread> threads;
  for (const auto* tenant : {"acme", "beta", "gamma", "acme"}) {
    threads.emplace_back(
        [&, tenant, number = threads.size()] { post_many(house, tenant, fmt::format("t{}", number), 300); });
  }
  for (auto& thread : threads) thread.join();
  house.holds();
  std::map<std::string, uint64_t> sequences;
  const Replayed log = house.replay_from_outside();
  for (const std::string& line : log.lines) {
    const auto origin = log::origin_of(line);
    REQUIRE(origin);
    CHECK(origin->sequence.value() == ++sequences[std::string(origin->tenant)]);
  }
  CHECK(sequences == std::map<std::string, uint64_t>{{"acme", 608}, {"beta", 308}, {"gamma", 308}});
  for (const auto& [tenant, size] : sequences) {
    for (const uint64_t sequence : {uint64_t{1}, size / 2, size}) {
      std::optional<Position> place;
      while (!place) place = house.engine().place_of(tenant, Sequence(sequence)).value();  // the trees follow
      const auto origin = log::origin_of(log.lines[place->value() - 1]);
      CHECK(origin->tenant == tenant);
      CHECK(origin->sequence.value() == sequence);
    }
  }
}

TEST_CASE("an answer, a read and a listener come when all that they saw is durable") {
  House house;
  house.open();
  open_books(house);
  std::atomic<uint64_t> told = 0;
  std::atomic<int> wrong = 0, reads = 0;
  house.engine().on_durable([&](Position position) {
    wrong += position > house.engine().durable();
    told = position.value();
  });
  std::counting_semaphore<> answered(0);
  std::deque<std::string> ids;
  constexpr int kCount = 300;
  for (int i = 0; i < kCount; ++i) {
    const std::string& id = ids.emplace_back(fmt::format("c{}", i));
    house.start(house.job({{id, pay("a0", "1.00", id)}}), [&](std::unique_ptr<Job> job) {
      wrong += job->outcomes.front().last > house.engine().durable();
      answered.release();
    });
    auto seen = std::make_shared<Position>();
    house.engine().read([seen](const World&, Position at, Instant) { *seen = at; },
                        [&, seen](const std::string* failure) {
                          wrong += failure || *seen > house.engine().durable();
                          ++reads;
                          answered.release();
                        });
  }
  for (int i = 0; i < 2 * kCount; ++i) answered.acquire();
  CHECK(reads == kCount);
  CHECK(wrong == 0);
  const Position last = house.state().second;
  house.close();  // whoever listens has been told then
  CHECK(told == last.value());
}

TEST_CASE("a batch that is larger than a frame is one job in several frames") {
  House house;
  house.open();
  open_books(house);
  std::deque<std::string> ids;
  std::vector<Given> commands;
  for (int i = 0; i < 3000; ++i) {
    const std::string& id = ids.emplace_back(fmt::format("c{}", i));
    commands.push_back({id, pay("a0", "1.00", id)});
  }
  const auto outcomes = house.run_all(commands);
  CHECK(std::ranges::all_of(outcomes, [](const Outcome& o) { return o.kind == Kind::recorded; }));
  const auto first = house.engine().frame_at(outcomes.front().first),
             last = house.engine().frame_at(outcomes.back().last);
  REQUIRE(first);
  REQUIRE(last);
  CHECK((*first)->first() != (*last)->first());
  CHECK((*first)->text().size() >= log::kFrameTextBytes);
  house.holds();
  house.reopen();
  house.holds();
}

}  // namespace provodka::test
