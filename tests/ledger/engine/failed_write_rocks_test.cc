#include "tests/ledger/engine/house.h"

#include <charconv>
#include <cstdlib>
#include <thread>

#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace provodka::test {
namespace {

constexpr const char* kPathVariable = "PROVODKA_TEST_PATH";
constexpr rlim_t kFileBytesMax = 300'000;

std::string payment_id(int i) { return fmt::format("p{}", i); }

// Runs a test case of this program in a process of its own, whose files may not grow large. Returns what it
// wrote to standard output, line by line.
std::vector<std::string> run_apart(const std::string& test_case, const std::string& path) {
  int out[2];
  REQUIRE(pipe(out) == 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, out[0]);
  setenv(kPathVariable, path.c_str(), 1);
  std::string program = "/proc/self/exe", name = test_case;
  char* const arguments[] = {program.data(), name.data(), nullptr};
  pid_t child;
  REQUIRE(posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  unsetenv(kPathVariable);
  ::close(out[1]);
  std::string text;
  char piece[4096];
  for (ssize_t bytes; (bytes = ::read(out[0], piece, sizeof piece)) > 0;)
    text.append(piece, static_cast<size_t>(bytes));
  ::close(out[0]);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  INFO(text);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  std::vector<std::string> lines;
  for (size_t at = 0, end; (end = text.find('\n', at)) != text.npos; at = end + 1)
    lines.push_back(text.substr(at, end - at));
  return lines;
}

}  // namespace

// Posts until the disk takes no more, prints the numbers of the payments that were acknowledged, and checks
// what is still answered.
TEST_CASE("apart: until a write fails", "[.apart]") {
  const char* path = std::getenv(kPathVariable);
  REQUIRE(path);
  signal(SIGXFSZ, SIG_IGN);
  const std::string data = path;
  House house(&data);
  house.open();
  const rlimit limit{kFileBytesMax, kFileBytesMax};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);

  // A few at a time, so that groups are decided, under way and answered when the write fails.
  std::counting_semaphore<> room(16);
  std::atomic<bool> refused = false;
  std::atomic<int> acknowledged = 0;
  std::string reason;
  std::mutex mutex;
  std::vector<std::string> standings;
  int next = 0;
  for (; !refused && next < 100'000; ++next) {
    room.acquire();
    const std::string id = payment_id(next);
    auto job = std::make_unique<Job>();
    Prepared& prepared = job->commands.emplace_back();
    prepared.command = {.id = {job->arena.copy(id)},
                        .tenant = {"acme"},
                        .actor = {"test"},
                        .data = pay("a", "1.00", job->arena.copy(id)),
                        .effective = {},
                        .expect = {},
                        .time = {}};
    REQUIRE(house.engine().prepare(prepared));
    house.start(std::move(job), [&, number = next](std::unique_ptr<Job> answered) {
      const Outcome& outcome = answered->outcomes.front();
      std::lock_guard lock(mutex);
      if (outcome.kind == Kind::recorded) {
        ++acknowledged;
        fmt::print("acknowledged {} {}\n", number, outcome.sequence);
        // As an answer that is written late: the texts are those of the state before the failure.
        standings.emplace_back(outcome.standings.front().account.text);
      } else {
        INVARIANT(outcome.kind == Kind::unavailable, "nothing is rejected");
        reason = outcome.detail;
        refused = true;
      }
      room.release();
    });
  }
  for (int i = 0; i < 16; ++i) room.acquire();
  CHECK(acknowledged > 100);
  CHECK(reason.contains("File too large"));
  CHECK(house.engine().health().stopped.contains("File too large"));

  // Every later command is refused with the reason; reads are answered, with the state that is durable.
  for (const CommandData& later_data : {CommandData(pay("a", "1.00", "later")), CommandData(open("later"))}) {
    const Outcome later = house.run("later", later_data);
    CHECK(later.kind == Kind::unavailable);
    CHECK(later.detail.contains("File too large"));
  }
  CHECK(house.run_all({{"later", open("later")}}, true).front().kind == Kind::unavailable);
  CHECK(house.balance_minor("a") == acknowledged * 100);
  const auto [hash, position] = house.state();
  CHECK(position == house.engine().durable());
  CHECK(position.value() == 2 + static_cast<uint64_t>(acknowledged));
  CHECK(house.engine().frame_at(position).has_value());
  Arena arena;
  CHECK(house.engine().first_answer(position, arena).has_value());
  const auto outside = log::EventLog::open(data + "/log", log::EventLog::Mode::reader);
  REQUIRE(outside);
  CHECK(replayed(**outside, position).state == hash);
  house.close();
  fmt::print("ended\n");
}

TEST_CASE("after a failed write nothing that was acknowledged is lost, and the shard opens again") {
  House house;
  house.open();
  house.create("acme");
  house.must("open", open("a"));
  house.close();
  const auto lines = run_apart("apart: until a write fails", house.path());
  REQUIRE_FALSE(lines.empty());

  house.open();
  house.holds();
  int repeated = 0, next = 0;
  for (const std::string& line : lines) {
    int number = 0;
    uint64_t sequence = 0;
    if (std::sscanf(line.c_str(), "acknowledged %d %lu", &number, &sequence) != 2) continue;
    const std::string id = payment_id(number);
    const Outcome again = house.run(id, pay("a", "1.00", id));
    REQUIRE(again.kind == Kind::repeated);
    Arena arena;
    CHECK(house.engine().first_answer(again.first, arena)->sequence.value() == sequence);
    ++repeated;
    next = std::max(next, number + 1);
  }
  CHECK(repeated > 100);
  // What was not acknowledged may have been written; sent again, each is recorded once.
  for (int i = 0; i < 32; ++i) {
    const std::string id = payment_id(next + i);
    const auto kind = house.run(id, pay("a", "1.00", id)).kind;
    CHECK((kind == Kind::recorded || kind == Kind::repeated));
  }
  CHECK(house.balance_minor("a") == (repeated + 32) * 100);
  house.holds();
  house.reopen();
  house.holds();
}

}  // namespace provodka::test
