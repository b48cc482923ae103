#include "ledger/engine/id_hash.h"
#include "tests/ledger/engine/house.h"

#include <thread>

namespace provodka::test {
namespace {

// A house with an account, and a snapshot every thousand events, so that ids move from the table to the older
// table and to the files.
struct Books : House {
  Books() {
    snapshot_every = 1000;
    open();
    create("acme");
    must("open", test::open("a"));
    must("open b", test::open("b"));
  }

  void fill(int count) {
    std::deque<std::string> ids;
    std::vector<Given> commands;
    for (int i = 0; i < count; ++i) {
      const std::string& id = ids.emplace_back(fmt::format("fill-{}", filled_++));
      commands.push_back({id, pay("b", "0.01", id)});
    }
    static_cast<void>(finish(job(commands)));
  }

  int filled_ = 0;
};

void check_repeats(Books& house, const Outcome& first) {
  INFO("durable " << house.engine().durable().value());
  const Outcome again = house.run("p1", pay("a", "10.00", "x1"));
  CHECK(again.kind == Kind::repeated);
  CHECK(again.first == first.first);
  Arena arena;
  const auto answer = house.engine().first_answer(again.first, arena);
  REQUIRE(answer);
  CHECK(answer->sequence == first.sequence);
  CHECK(answer->last == first.last);
  CHECK(answer->types == first.types);
  REQUIRE(answer->standings.size() == 1);
  CHECK(answer->standings.front().balance.to_string() == "10.00");

  const Outcome other_body = house.run("p1", pay("a", "10.01", "x1"));
  CHECK(code_of(other_body) == "command_id_reused");
  CHECK(other_body.first == first.first);
  CHECK(code_of(house.run("p1", charge("a", "10.00"))) == "command_id_reused");

  // The provider notifies again: another id, the same payment.
  const Outcome notified =
      house.run(fmt::format("again-{}", house.engine().durable()), pay("a", "10.00", "x1"));
  CHECK(notified.kind == Kind::repeated);
  CHECK(notified.first == first.first);
  CHECK(code_of(house.run("p2", pay("a", "10.01", "x1"))) == "external_id_reused");
  CHECK(code_of(house.run("p2", pay("b", "10.00", "x1"))) == "external_id_reused");
  CHECK(house.balance_minor("a") == 1000);
}

}  // namespace

TEST_CASE("an id is known for ever, wherever it is kept") {
  Books house;
  const Outcome first = house.must("p1", pay("a", "10.00", "x1"));
  check_repeats(house, first);  // in the table

  house.fill(1100);
  check_repeats(house, first);  // a snapshot is being taken: in the older table
  for (int i = 0; i < 3; ++i) {
    house.fill(1100);
    check_repeats(house, first);
  }
  house.reopen();
  check_repeats(house, first);  // in the files alone
  house.close();
  std::filesystem::remove_all(house.path() + "/derived/index");
  house.open();
  check_repeats(house, first);  // read from the log again
  house.reopen();
  check_repeats(house, first);
  house.holds();
}

TEST_CASE("an id that was looked up before the tables let go of it is found all the same") {
  Books house;
  const Outcome first = house.must("p1", pay("a", "10.00", "x1"));
  // Prepared while the id was in the table alone, decided when two snapshots have moved it to the files.
  auto early = house.job({{"p1", pay("a", "10.00", "x1")}, {"p2", pay("a", "10.00", "x1")}});
  for (int i = 0; i < 4; ++i) house.fill(1100);
  const auto answered = house.finish(std::move(early));
  for (const Outcome& outcome : answered->outcomes) {
    CHECK(outcome.kind == Kind::repeated);
    CHECK(outcome.first == first.first);
  }
}

TEST_CASE("a snapshot that fails does not lose ids at shutdown") {
  Books house;
  house.must("p1", pay("a", "10.00", "x1"));
  // The snapshot cannot be written where a directory has its name.
  const std::string snapshots = house.path() + "/derived/snapshots";
  std::filesystem::remove_all(snapshots);
  house.fill(1100);
  while (house.warnings().empty()) house.state();  // until the writer's other thread has failed
  CHECK(house.warnings().front().starts_with("no snapshots are taken any more"));
  std::filesystem::create_directories(snapshots);
  house.fill(100);
  house.reopen();
  CHECK(house.run("p1", pay("a", "10.00", "x1")).kind == Kind::repeated);
  CHECK(house.run("p3", pay("a", "10.00", "x1")).kind == Kind::repeated);
  CHECK(house.run("fill-7", pay("b", "0.01", "fill-7")).kind == Kind::repeated);
  house.holds();
}

TEST_CASE("a payment in another currency is another payment") {
  Books house;
  house.must("p1", pay("a", "10.00", "x1"));
  CHECK(house.run("p2", pay("a", "10.00", "x1")).kind == Kind::repeated);
  CHECK(code_of(house.run("p3", pay("a", "10.00", "x1", "USD"))) == "external_id_reused");
}

TEST_CASE("a payment in suspense is known by its id like any other") {
  Books house;
  const Outcome first = house.must("p1", pay("nobody", "10.00", "x1"));
  CHECK(first.standings.empty());
  const auto check = [&] {
    INFO("durable " << house.engine().durable().value());
    for (const std::string_view id : {"p1", "p2"}) {
      const Outcome again = house.run(id, pay("nobody", "10.00", "x1"));
      CHECK(again.kind == Kind::repeated);
      CHECK(again.first == first.first);
      Arena arena;
      const auto answer = house.engine().first_answer(again.first, arena);
      REQUIRE(answer);
      CHECK(answer->sequence == first.sequence);
      CHECK(answer->types == first.types);
      CHECK(answer->standings.empty());
    }
    CHECK(code_of(house.run("p3", pay("a", "10.00", "x1"))) == "external_id_reused");
    CHECK(code_of(house.run("p3", pay("nobody", "10.01", "x1"))) == "external_id_reused");
  };
  check();
  house.must("open nobody", open("nobody"));
  check();  // it is the same payment, though an account could take it now
  for (int i = 0; i < 3; ++i) house.fill(1100);
  check();
  house.must("assign", assign_payment("x1", "nobody"));
  house.reopen();
  check();
  house.close();
  std::filesystem::remove_all(house.path() + "/derived");
  house.open();
  check();
  CHECK(house.balance_minor("nobody") == 1000);
  house.holds();
}

TEST_CASE("ids and payments are a tenant's own") {
  Books house;
  house.create("beta");
  house.must("open", open("a"), "beta");
  house.must("p1", pay("a", "10.00", "x1"));
  house.must("p1", pay("a", "12.00", "x1"), "beta");
  house.reopen();
  CHECK(house.run("p1", pay("a", "10.00", "x1")).kind == Kind::repeated);
  CHECK(house.run("p1", pay("a", "12.00", "x1"), "beta").kind == Kind::repeated);
}

TEST_CASE("a rejection is not remembered") {
  Books house;
  CHECK(code_of(house.run("c1", charge("a", "5.00"))) == "insufficient_funds");
  house.must("p1", pay("a", "10.00", "x1"));
  house.must("c1", charge("a", "5.00"));
  house.reopen();
  CHECK(house.run("c1", charge("a", "5.00")).kind == Kind::repeated);
}

TEST_CASE("duplicates from many threads at once are recorded once") {
  Books house;
  constexpr int kThreads = 8, kIds = 200;
  std::atomic<int> recorded = 0, repeated = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::counting_semaphore<> answered(0);
      std::deque<std::string> texts;
      for (int i = 0; i < kIds; ++i) {
        // Half of them share the command's id, half only the payment's.
        const std::string& id =
            texts.emplace_back(i % 2 ? fmt::format("c{}", i) : fmt::format("c{}-{}", i, t));
        const std::string& external = texts.emplace_back(fmt::format("x{}", i));
        house.start(house.job({{id, pay("a", "1.00", external)}}), [&](std::unique_ptr<Job> job) {
          recorded += job->outcomes.front().kind == Kind::recorded;
          repeated += job->outcomes.front().kind == Kind::repeated;
          answered.release();
        });
      }
      for (int i = 0; i < kIds; ++i) answered.acquire();
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(recorded == kIds);
  CHECK(repeated == kIds * (kThreads - 1));
  CHECK(house.balance_minor("a") == kIds * 100);
  house.holds();
}

TEST_CASE("a repeat within one batch is recorded once") {
  Books house;
  const auto outcomes = house.run_all({{"p1", pay("a", "10.00", "x1")},
                                       {"p1", pay("a", "10.00", "x1")},
                                       {"p1", pay("a", "11.00", "x1")},
                                       {"p2", pay("a", "10.00", "x1")}});
  CHECK(outcomes[0].kind == Kind::recorded);
  CHECK(outcomes[1].kind == Kind::repeated);
  CHECK(outcomes[1].first == outcomes[0].first);
  CHECK(code_of(outcomes[2]) == "command_id_reused");
  CHECK(outcomes[3].kind == Kind::repeated);
  CHECK(house.balance_minor("a") == 1000);
}

TEST_CASE("a repeat is told before its expectations are looked at") {
  Books house;
  const Outcome opened = house.must("open c", open("c"));
  const std::vector<Expectation> expect{{{"c"}, opened.sequence}};
  const Given given{.id = "p1", .data = pay("c", "1.00", "x1"), .expect = expect};
  CHECK(house.run(given).kind == Kind::recorded);
  CHECK(house.run(given).kind == Kind::repeated);
}

}  // namespace provodka::test
