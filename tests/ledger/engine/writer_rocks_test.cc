#include "tests/ledger/engine/house.h"

#include <catch2/generators/catch_generators.hpp>

namespace provodka::test {
namespace {

struct Books : House {
  Books() {
    open();
    create("acme");
    must("open-a", test::open("a"));
    must("pay-a", pay("a", "100.00", "x0"));
  }

  // So much that what was before is in no memory any more.
  void push_out_of_memory() {
    std::deque<std::string> ids;
    std::vector<Given> commands;
    for (int i = 0; i < 2000; ++i) {
      const std::string& id = ids.emplace_back(fmt::format("push-{}", pushed_++));
      commands.push_back({id, pay("a", "0.01", id)});
    }
    static_cast<void>(finish(job(commands)));
  }

  int pushed_ = 0;
};

}  // namespace

TEST_CASE("a reversal finds its entry in the job that made it") {
  Books house;
  // One job is one open frame: nothing of it has been handed over.
  const auto outcomes = house.run_all({{"p1", pay("a", "5.00", "x1")},
                                       {"r1", reverse_payment("x1", "2.00")},
                                       {"c1", charge("a", "7.00")},
                                       {"r2", reverse_charge(6)},
                                       {"r3", reverse_charge(6)}},
                                      GENERATE(false, true));
  if (outcomes[0].kind == Kind::undone) {  // as an atomic job it falls with its last line
    CHECK(house.balance_minor("a") == 10000);
  } else {
    CHECK(outcomes[1].kind == Kind::recorded);
    CHECK(outcomes[2].sequence == Sequence(6));
    CHECK(outcomes[3].kind == Kind::recorded);
    CHECK(house.balance_minor("a") == 10300);
  }
  CHECK(outcomes[4].kind == Kind::rejected);
  house.holds();
}

TEST_CASE("a reversal finds its entry while that is being written") {
  Books house;
  std::counting_semaphore<> done(0);
  std::atomic<int> recorded = 0;
  std::deque<std::string> texts;
  constexpr int kCount = 200;
  for (int i = 0; i < kCount; ++i) {
    const std::string& id = texts.emplace_back(fmt::format("x-{}", i));
    const std::string& reversal = texts.emplace_back(fmt::format("r-{}", i));
    for (const Given& given : {Given{id, pay("a", "1.00", id)}, Given{reversal, reverse_payment(id)}}) {
      house.start(house.job({given}), [&](std::unique_ptr<Job> job) {
        recorded += job->outcomes.front().kind == Kind::recorded;
        done.release();
      });
    }
  }
  for (int i = 0; i < 2 * kCount; ++i) done.acquire();
  CHECK(recorded == 2 * kCount);
  CHECK(house.balance_minor("a") == 10000);
  house.holds();
}

TEST_CASE("a reversal finds its entry in the tail, in the log, and after a restart") {
  Books house;
  if (GENERATE(false, true)) {  // a tail that forgets
    house.close();
    house.tail_bytes = 1;
    house.open();
  }
  const Outcome paid = house.must("p1", pay("a", "50.00", "x1")),
                charged = house.must("c1", charge("a", "20.00"));
  house.must("r1", reverse_payment("x1", "1.00"));
  house.must("r2", reverse_charge(charged.sequence.value(), "1.00"));
  house.push_out_of_memory();
  house.must("r3", reverse_payment("x1", "2.00"));
  house.must("r4", reverse_charge(charged.sequence.value(), "2.00"));
  house.reopen();
  house.must("r5", reverse_payment("x1", "3.00"));
  house.must("r6", reverse_charge(charged.sequence.value(), "3.00"));
  house.close();
  std::filesystem::remove_all(house.path() + "/derived");
  house.open();
  house.must("r7", reverse_payment("x1"));
  house.must("r8", reverse_charge(charged.sequence.value()));
  CHECK(house.balance_minor("a") == 10000 + 2000);  // the pushed ones; payment and charge are gone
  CHECK(house.run("r9", reverse_payment("x1")).kind == Kind::rejected);
  CHECK(house.run("r10", reverse_charge(charged.sequence.value())).kind == Kind::rejected);
  CHECK(code_of(house.run("r11", reverse_payment("never made"))) == "unknown_payment");
  CHECK(house.run("r12", reverse_charge(paid.sequence.value())).kind == Kind::rejected);  // no charge
  CHECK(house.run("r13", reverse_charge(1'000'000)).kind == Kind::rejected);
  house.holds();
}

TEST_CASE("a payment is assigned, moved and reversed from the tail, from the log, and after a restart") {
  Books house;
  house.must("open-b", open("b"));
  house.must("open-c", open("c"));
  house.must("p1", pay("nobody", "50.00", "y1"));
  house.must("r1", reverse_payment("y1", "1.00"));
  CHECK(code_of(house.run("m1", move_payment("y1", "b"))) == "payment_in_suspense");
  house.push_out_of_memory();
  const Outcome assigned = house.must("s1", assign_payment("y1", "b"));
  CHECK(lines_of(assigned.standings) == std::vector<std::string>{"b 49.00 49.00 on"});
  house.reopen();
  CHECK(code_of(house.run("s2", assign_payment("y1", "b"))) == "payment_not_in_suspense");
  const Outcome moved = house.must("m2", move_payment("y1", "c"));
  CHECK(lines_of(moved.standings) == std::vector<std::string>{"b 0.00 0.00 on", "c 49.00 49.00 on"});
  house.close();
  std::filesystem::remove_all(house.path() + "/derived");
  house.open();
  house.must("r2", reverse_payment("y1"));
  CHECK(house.balance_minor("b") == 0);
  CHECK(house.balance_minor("c") == 0);
  CHECK(code_of(house.run("m3", move_payment("y1", "b"))) == "payment_reversed_already");
  CHECK(code_of(house.run("m4", move_payment("never made", "b"))) == "unknown_payment");
  house.holds();
}

TEST_CASE("an account that is paid out and closed answers with both events") {
  Books house;
  house.must("open-b", open("b"));
  house.must("p1", pay("b", "7.00", "y1"));
  const Outcome closed = house.must("close", close_paying_out("b", "y1"));
  REQUIRE(closed.types.size() >= 2);
  CHECK(closed.types[0] == "account.paid_out.v1");
  CHECK(closed.types[1] == "account.closed.v1");
  CHECK(house.balance_minor("b") == 0);
  // The payout's id is not a payment's.
  CHECK(house.run("p2", pay("b", "7.00", "y1")).kind == Kind::repeated);
  house.must("r1", reverse_payment("y1"));
  CHECK(house.balance_minor("b") == -700);
  house.holds();
}

TEST_CASE("a command is refused where an account is not at the version that it expects") {
  Books house;
  const Outcome paid = house.must("p1", pay("a", "1.00", "x1"));
  const auto expect = [](uint64_t version) { return std::vector<Expectation>{{{"a"}, Sequence(version)}}; };
  const uint64_t version = paid.sequence.value();
  CHECK(code_of(house.run({.id = "c1", .data = charge("a", "1.00"), .expect = expect(version - 1)})) ==
        "version_mismatch");
  CHECK(code_of(house.run({.id = "c1", .data = charge("a", "1.00"), .expect = expect(version + 1)})) ==
        "version_mismatch");
  CHECK(house.run({.id = "c1", .data = charge("a", "1.00"), .expect = expect(version)}).kind ==
        Kind::recorded);
  CHECK(code_of(house.run({.id = "c2", .data = charge("a", "1.00"), .expect = expect(version)})) ==
        "version_mismatch");
  const std::vector<Expectation> unknown{{{"nobody"}, Sequence(1)}};
  CHECK(code_of(house.run({.id = "c3", .data = charge("a", "1.00"), .expect = unknown})) ==
        "unknown_account");
  house.reopen();
  CHECK(house.run({.id = "c2", .data = charge("a", "1.00"), .expect = expect(version + 1)}).kind ==
        Kind::recorded);
}

TEST_CASE("a settable clock goes forward with a command and never back") {
  Books house;
  const auto at = [](std::string_view id, std::string_view time) {
    return Given{.id = id, .data = pay("a", "1.00", id), .time = instant(time)};
  };
  const Outcome stepped = house.run(at("p1", "2026-12-01T00:00:00Z"));
  REQUIRE(stepped.kind == Kind::recorded);
  CHECK(house.line(stepped.last).contains(R"("time":"2026-12-01T00:00:00.000000Z")"));
  CHECK(house.line(house.must("p2", pay("a", "1.00", "x2")).last)
            .contains(R"("time":"2026-12-01T00:00:00.000000Z")"));
  CHECK(code_of(house.run(at("p3", "2026-11-30T23:59:59Z"))) == "time_goes_back");
  CHECK(house.run(at("p4", "2026-12-01T00:00:00Z")).kind == Kind::recorded);
  house.holds();

  // A server that is started with an earlier clock goes on from the log's last event, once somebody says so.
  house.close();
  CHECK(house.refusal().contains("the clock stands"));
  house.confirm_clock = true;
  house.open();
  CHECK(code_of(house.run(at("p5", "2026-11-30T23:59:59Z"))) == "time_goes_back");
  CHECK(house.line(house.must("p6", pay("a", "1.00", "x6")).last)
            .contains(R"("time":"2026-12-01T00:00:00.000000Z")"));
  house.holds();
}

TEST_CASE("a command that is not recorded leaves the settable clock where it is") {
  Books house;
  const Instant later = instant("2026-12-01T00:00:00Z");
  CHECK(code_of(house.run({.id = "c1", .data = charge("a", "999.00"), .time = later})) ==
        "insufficient_funds");
  const auto undone = house.run_all({{.id = "p1", .data = pay("a", "1.00", "x1"), .time = later},
                                     {.id = "c1", .data = charge("a", "999.00")}},
                                    true);
  CHECK(undone.front().kind == Kind::undone);
  const Outcome now = house.must("p2", pay("a", "1.00", "x2"));
  CHECK(house.line(now.last).contains(R"("time":"2026-11-20T)"));
  const auto kept = house.run_all({{.id = "p3", .data = pay("a", "1.00", "x3"), .time = later},
                                   {.id = "p4", .data = pay("a", "1.00", "x4")}},
                                  true);
  CHECK(house.line(kept.back().last).contains(R"("time":"2026-12-01T00:00:00.000000Z")"));
}

TEST_CASE("time goes to the ends of what has local dates") {
  Books house;
  house.create("east", "Pacific/Kiritimati");
  house.must("open", open("b"), "east");
  CHECK(house
            .run({.id = "p1",
                  .data = pay("b", "1.00", "x1"),
                  .tenant = "east",
                  .time = instant("9999-12-29T23:59:59.999999Z")})
            .kind == Kind::recorded);
  house.holds();
}

TEST_CASE("the system's clock cannot be set, and one behind the log needs someone's word") {
  House house;
  house.clock.reset();
  house.open();
  house.create("acme");
  CHECK(code_of(house.run({.id = "open", .data = open("a"), .time = instant("2999-01-01T00:00:00Z")})) ==
        "time_not_settable");
  house.close();
  house.clock = "2998-12-31T23:00:00Z";
  house.open();
  house.must("open", open("a"));
  house.close();
  house.clock.reset();
  CHECK(house.refusal().contains("--confirm-clock"));
  house.confirm_clock = true;
  house.open();
  CHECK(house.line(house.must("p", pay("a", "1.00", "x")).last)
            .contains(R"("time":"2998-12-31T23:00:00.000000Z")"));
}

TEST_CASE("the effective date is not after the tenant's own today") {
  House house;
  house.clock = "2026-11-20T14:30:00Z";  // the 21st in Vladivostok, the 20th in Moscow
  house.open();
  house.create("west", "Europe/Moscow");
  house.create("east", "Asia/Vladivostok");
  for (const auto* tenant : {"west", "east"}) house.must("open", open("a"), tenant);
  const auto on = [](std::string_view tenant, std::string_view id, std::string_view day) {
    return Given{.id = id, .data = pay("a", "1.00", id), .tenant = tenant, .effective = date(day)};
  };
  CHECK(code_of(house.run(on("west", "p1", "2026-11-21"))) == "effective_in_future");
  CHECK(house.run(on("west", "p1", "2026-11-20")).kind == Kind::recorded);
  CHECK(house.run(on("east", "p1", "2026-11-21")).kind == Kind::recorded);
  CHECK(code_of(house.run(on("east", "p2", "2026-11-22"))) == "effective_in_future");
  CHECK(house.run(on("east", "p3", "2020-01-01")).kind == Kind::recorded);
  CHECK(house.line(house.must("p4", pay("a", "1.00", "x4"), "east").last)
            .contains(R"("effective":"2026-11-21")"));

  Given tomorrow = on("west", "p5", "2026-11-21");  // once it is tomorrow there
  tomorrow.time = instant("2026-11-20T21:00:00Z");
  CHECK(house.run(tomorrow).kind == Kind::recorded);
  house.holds();
}

TEST_CASE("the first answer is told again, after any time") {
  Books house;
  struct Asked {
    Given given;
    Outcome first;
    std::vector<std::string> standings;  // the outcome's own are gone with the engine
  };
  std::vector<Asked> asked;
  const auto ask = [&](Given given) {
    const Outcome first = house.must(given.id, given.data);
    asked.push_back({given, first, lines_of(first.standings)});
  };
  ask({"open-b", open("b", "30.00")});
  ask({"p1", pay("b", "5.00", "x1")});
  ask({"c1", charge("b", "34.99")});
  ask({"t1", transfer("a", "b", "1.00")});
  ask({"k1", block_account("b", "debt")});
  ask({"a1", adjust("b", "2.00")});
  for (int round = 0; round < 3; ++round) {
    for (const auto& [given, first, standings] : asked) {
      const Outcome again = house.run(given);
      REQUIRE(again.kind == Kind::repeated);
      Arena arena;
      const auto told = house.engine().first_answer(again.first, arena);
      REQUIRE(told);
      CHECK(told->sequence == first.sequence);
      CHECK(told->first == first.first);
      CHECK(told->last == first.last);
      CHECK(told->types == first.types);
      CHECK(lines_of(told->standings) == standings);
    }
    house.push_out_of_memory();
    house.reopen();
  }
}

}  // namespace provodka::test
