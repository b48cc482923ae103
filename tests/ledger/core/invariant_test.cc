#include "ledger/core/invariant.h"

#include "ledger/core/result.h"

#include <csignal>
#include <string>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace provodka {
namespace {

InvariantViolation violation_of(int debit, int credit) {
  const ViolationsThrow scope;
  try {
    INVARIANT(debit == credit, "an entry balances", debit, credit);
  } catch (const InvariantViolation& violation) {
    return violation;
  }
  return {"none", 0};
}

TEST_CASE("a violation names the condition, the place, the values and the log position") {
  const PositionScope position(77);
  const InvariantViolation violation = violation_of(3, 4);
  const std::string what = violation.what();
  CHECK(violation.position == 77);
  CHECK(what.find("an entry balances: debit == credit is false at ") != std::string::npos);
  CHECK(what.find("invariant_test.cc:") != std::string::npos);
  CHECK(what.find("debit, credit = 3, 4") != std::string::npos);
  CHECK(what.find("log position 77") != std::string::npos);
}

TEST_CASE("an invariant that holds does nothing and does not evaluate its values") {
  int evaluated = 0;
  const ViolationsThrow scope;
  INVARIANT(evaluated == 0, "holds", ++evaluated);
  CHECK(evaluated == 0);
}

TEST_CASE("position scopes nest and belong to their thread") {
  CHECK(violation_of(1, 2).position == 0);
  const PositionScope outer(1);
  {
    const PositionScope inner(2);
    CHECK(violation_of(1, 2).position == 2);
  }
  CHECK(violation_of(1, 2).position == 1);
  std::uint64_t elsewhere = 99;
  std::thread([&] { elsewhere = violation_of(1, 2).position; }).join();
  CHECK(elsewhere == 0);
}

TEST_CASE("scopes that throw nest") {
  const ViolationsThrow outer;
  {
    const ViolationsThrow inner;
  }
  CHECK_THROWS_AS([] { INVARIANT(false, "fails"); }(), InvariantViolation);
}

TEST_CASE("outside a scope that throws, a violation is written to stderr and aborts") {
  int channel[2];
  REQUIRE(pipe(channel) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Catch2 reports fatal signals itself; the child is to die of this one alone.
    std::signal(SIGABRT, SIG_DFL);
    dup2(channel[1], STDERR_FILENO);
    INVARIANT(2 + 2 == 5, "arithmetic", 42);
    _exit(0);
  }
  close(channel[1]);
  std::string written;
  char buffer[256];
  for (ssize_t n = 0; (n = read(channel[0], buffer, sizeof buffer)) > 0;) written.append(buffer, n);
  close(channel[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
  CHECK(written.find("invariant broken: arithmetic: 2 + 2 == 5 is false") != std::string::npos);
  CHECK(written.find("42 = 42") != std::string::npos);
  CHECK(written.find("log position") == std::string::npos);
}

TEST_CASE("a fault carries its sentence") {
  const Result<int> result = fault("cannot open {}: error {}", "segment", 5);
  REQUIRE(!result);
  CHECK(result.error().what == "cannot open segment: error 5");
}

}  // namespace
}  // namespace provodka
