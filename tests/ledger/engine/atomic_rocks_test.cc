#include "tests/ledger/engine/house.h"

#include <algorithm>
#include <random>
#include <thread>

namespace provodka::test {
namespace {

struct Books : House {
  Books() {
    open();
    create("acme");
    must("open-a", test::open("a"));
    must("open-b", test::open("b"));
    must("pay-a", pay("a", "100.00", "x0"));
  }
};

}  // namespace

TEST_CASE("a job that stands or falls together stands") {
  Books house;
  const auto outcomes = house.run_all(
      {{"1", pay("a", "1.00", "x1")}, {"2", transfer("a", "b", "101.00")}, {"3", charge("b", "101.00")}},
      true);
  for (const Outcome& outcome : outcomes) CHECK(outcome.kind == Kind::recorded);
  CHECK(house.balance_minor("b") == 0);
  house.holds();
  house.reopen();
  house.holds();
}

TEST_CASE("a job that falls leaves nothing: not tenants, accounts, ids, reasons or balances") {
  Books house;
  const auto before = house.state();
  const auto outcomes = house.run_all(
      {{"create-beta", tenant::CreateTenant{currency("RUB"), {"Asia/Omsk"}, {"ru-RU"}, {}}, "beta"},
       {"open-c", open("c"), "beta"},
       {"open-d", open("d")},
       {"p1", pay("d", "5.00", "x1")},
       {"t1", transfer("a", "d", "50.00")},
       {"block", block_account("a", "a reason nobody gave before")},
       {"reverse", reverse_payment("x0", "1.00")},
       {"too much", charge("d", "55.01")},
       {"never looked at", pay("a", "1.00", "x2")}},
      true);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (i == 7) {
      CHECK(code_of(outcomes[i]) == "insufficient_funds");
    } else {
      CHECK(outcomes[i].kind == Kind::undone);
    }
  }
  CHECK(house.state() == before);
  house.holds();

  // Everything can be done now, under the same ids and with other bodies.
  CHECK(code_of(house.run("open-c", open("c"), "beta")) == "unknown_tenant");
  house.create("beta", "Asia/Vladivostok");
  house.must("open-c", open("c", "7.00"), "beta");
  house.must("open-d", open("d", "3.00"));
  house.must("p1", pay("d", "6.00", "x1"));
  house.must("block", block_account("a", "another reason"));
  house.must("reverse", reverse_payment("x0", "2.00"));
  house.must("too much", charge("d", "9.00"));
  house.must("never looked at", pay("a", "1.00", "x2"));
  house.holds();
  house.reopen();
  house.holds();
}

TEST_CASE("a repeat does not make an atomic job fall") {
  Books house;
  const auto outcomes =
      house.run_all({{"pay-a", pay("a", "100.00", "x0")}, {"1", pay("a", "1.00", "x1")}}, true);
  CHECK(outcomes[0].kind == Kind::repeated);
  CHECK(outcomes[1].kind == Kind::recorded);
  const auto again = house.run_all({{"1", pay("a", "1.00", "x1")}, {"2", charge("b", "1.00")}}, true);
  CHECK(again[0].kind == Kind::undone);
  CHECK(code_of(again[1]) == "insufficient_funds");
  CHECK(house.run("1", pay("a", "1.00", "x1")).kind == Kind::repeated);
  house.holds();
}

TEST_CASE("an atomic job across frames falls as a whole, and the frame it began in goes on") {
  Books house;
  std::deque<std::string> ids;
  std::vector<Given> commands;
  for (int i = 0; i < 2500; ++i) {  // more than two frames
    const std::string& id = ids.emplace_back(fmt::format("c{}", i));
    commands.push_back({id, pay("b", "1.00", id)});
  }
  commands.push_back({"too much", charge("b", "2500.01")});
  const auto before = house.state();

  // What comes just before and just after lies in the same group.
  std::counting_semaphore<> done(0);
  std::atomic<int> recorded = 0;
  const auto count = [&](std::unique_ptr<Job> job) {
    recorded += std::ranges::all_of(job->outcomes, [](const Outcome& o) { return o.kind == Kind::recorded; });
    done.release();
  };
  auto first = house.job({{"before", pay("a", "1.00", "x1")}});
  auto fallen = house.job(commands, true);
  auto second = house.job({{"after", pay("a", "1.00", "x2")}, {"c0", pay("b", "2.00", "c0")}});
  commands.pop_back();
  commands.erase(commands.begin());
  auto standing = house.job(commands, true);
  house.start(std::move(first), count);
  house.start(std::move(fallen), count);
  house.start(std::move(second), count);
  house.start(std::move(standing), count);
  for (int i = 0; i < 4; ++i) done.acquire();
  CHECK(recorded == 3);
  CHECK(house.state().second.value() == before.second.value() + 3 + 2499);
  CHECK(house.balance_minor("b") == 200 + 2499 * 100);
  house.holds();
  house.reopen();
  house.holds();
}

TEST_CASE("jobs that fall at random, beside a snapshot, leave the state that the log gives") {
  Books house;
  house.close();
  house.snapshot_every = 1000;
  house.open();
  std::mt19937 random(7);
  std::deque<std::string> texts;
  std::counting_semaphore<> room(8);
  for (int i = 0; i < 400; ++i) {
    std::vector<Given> commands;
    const int size = 1 + static_cast<int>(random() % 30);
    for (int k = 0; k < size; ++k) {
      const std::string& id = texts.emplace_back(fmt::format("j{}-{}", i, k));
      const std::string& account = texts.emplace_back(fmt::format("a{}", random() % 60));
      switch (random() % 5) {
        case 0:
          commands.push_back({id, open(account)});
          break;
        case 1:
          commands.push_back(
              {id, block_account(account, texts.emplace_back(fmt::format("reason {}", random() % 9)))});
          break;
        case 2:
          commands.push_back({id, transfer("a", "b", "0.01")});
          break;
        default:
          commands.push_back({id, pay("b", "1.00", id)});
          break;
      }
    }
    room.acquire();
    house.start(house.job(commands, i % 4 != 0), [&](std::unique_ptr<Job>) { room.release(); });
  }
  for (int i = 0; i < 8; ++i) room.acquire();
  house.holds();
  house.reopen();
  house.holds();
  CHECK(house.warnings().empty());
}

}  // namespace provodka::test
