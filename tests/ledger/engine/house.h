#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/engine/engine.h"
#include "ledger/engine/replay.h"
#include "ledger/engine/snapshot.h"
#include "ledger/log/data_dir.h"
#include "tests/ledger/domain/commands.h"

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <stdlib.h>

// A shard in a directory of its own, for tests of the engine: opened, asked, closed and opened again.
//
//   House house;
//   house.open();
//   house.create("acme");
//   CHECK(house.run("c1", pay("a", "10.00", "x1")).kind == Outcome::Kind::recorded);
//   house.holds();   // what memory holds is what the log says
namespace provodka::test {

using engine::Job;
using engine::Outcome;
using engine::Prepared;
using Kind = Outcome::Kind;

inline constexpr std::string_view kStart = "2026-11-20T09:00:00Z";

inline Instant instant(std::string_view text) { return Instant::parse(text).value(); }

class TemporaryDir {
 public:
  TemporaryDir() : path_((std::filesystem::temp_directory_path() / "provodka-test-XXXXXX").string()) {
    if (!mkdtemp(path_.data())) FAIL("cannot make " << path_);
  }
  ~TemporaryDir() { std::filesystem::remove_all(path_); }
  TemporaryDir(const TemporaryDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Waits until a thread of the engine has called back.
class Signal {
 public:
  void set() { semaphore_.release(); }
  void wait() { semaphore_.acquire(); }

 private:
  std::counting_semaphore<> semaphore_{0};
};

// A command for House::start. Its texts must live until the job is done.
struct Given {
  std::string_view id;
  CommandData data;
  std::string_view tenant = "acme";
  std::vector<Expectation> expect = {};
  std::optional<Date> effective = std::nullopt;
  std::optional<Instant> time = std::nullopt;
};

// The state and the lines that a log gives, read from the first event.
struct Replayed {
  log::Hash state;
  std::vector<std::string> lines;
  std::vector<std::string> damage;
};

inline Replayed replayed(const log::EventLog& log, Position through) {
  Replayed out;
  engine::Shard shard;
  engine::replay(
      log, {.from = Position(1), .through = through},
      [&](engine::DecodedFrame& frame) {
        if (frame.bad_line) out.damage.push_back(frame.bad_line->second);
        for (size_t i = 0; i < frame.events.size(); ++i) {
          const Position at(frame.frame->first().value() + i);
          out.lines.emplace_back(frame.frame->line(at));
          if (out.damage.empty()) shard.apply(at, frame.events[i]);
        }
        return true;
      },
      [&](const log::EventLog::Damage& damage) {
        out.damage.push_back(fmt::format("{} to {}: {}", damage.first, damage.last, damage.reason));
      });
  out.state = engine::state_hash(shard.world);
  return out;
}

class House {
 public:
  House() : House(nullptr) {}
  // In a directory that somebody else made.
  explicit House(const std::string* path) : path_(path ? *path : own_.path() + "/data") {}
  ~House() { close(); }

  uint64_t snapshot_every = 1'000'000'000;
  std::optional<std::string> clock = std::string(kStart);
  bool confirm_clock = false;
  uint64_t tail_bytes = 64 << 20;

  engine::EngineOptions options() {
    engine::EngineOptions options;
    options.data = path_;
    options.confirm_clock = confirm_clock;
    if (clock) options.clock = std::make_unique<engine::SettableClock>(instant(*clock));
    options.snapshot_every_events = snapshot_every;
    options.tail_bytes = tail_bytes;
    options.scrub_bytes_per_second = 0;
    options.warn = [this](const std::string& text) {
      std::lock_guard lock(mutex_);
      warnings_.push_back(text);
    };
    return options;
  }

  void open() {
    auto engine = engine::Engine::open(options());
    if (!engine) FAIL(engine.error().what);
    engine_ = std::move(*engine);
  }

  // Why it does not open.
  std::string refusal() {
    const auto engine = engine::Engine::open(options());
    REQUIRE_FALSE(engine.has_value());
    return engine.error().what;
  }

  void close() { engine_.reset(); }
  void reopen() {
    close();
    open();
  }

  const std::string& path() const { return path_; }
  engine::Engine& engine() { return *engine_; }
  std::vector<std::string> warnings() {
    std::lock_guard lock(mutex_);
    return warnings_;
  }

  void create(std::string_view tenant, std::string_view zone = "Europe/Moscow") {
    const std::string id = fmt::format("create-{}", tenant);
    const tenant::CreateTenant create{
        .currency = currency("RUB"), .zone = {zone}, .locale = {"ru-RU"}, .name = {}};
    must(id, create, tenant);
  }

  std::unique_ptr<Job> job(const std::vector<Given>& commands, bool atomic = false) {
    auto job = std::make_unique<Job>();
    job->atomic = atomic;
    for (const Given& given : commands) {
      Prepared& prepared = job->commands.emplace_back();
      prepared.command = {.id = {job->arena.copy(given.id)},
                          .tenant = {job->arena.copy(given.tenant)},
                          .actor = {"test"},
                          .data = given.data,
                          .effective = given.effective,
                          .expect = given.expect,
                          .time = given.time};
      const auto looked_up = engine_->prepare(prepared);
      if (!looked_up) FAIL(looked_up.error().what);
    }
    return job;
  }

  // Submits without waiting; `done` is called from a thread of the engine.
  void start(std::unique_ptr<Job> job, std::move_only_function<void(std::unique_ptr<Job>)> done) {
    job->done = std::move(done);
    engine_->submit(std::move(job));
  }

  std::unique_ptr<Job> finish(std::unique_ptr<Job> job) {
    Signal done;
    std::unique_ptr<Job> answered;
    start(std::move(job), [&](std::unique_ptr<Job> j) {
      answered = std::move(j);
      done.set();
    });
    done.wait();
    return answered;
  }

  std::vector<Outcome> run_all(const std::vector<Given>& commands, bool atomic = false) {
    jobs_.push_back(finish(job(commands, atomic)));
    return jobs_.back()->outcomes;
  }

  Outcome run(const Given& given) { return run_all({given}).front(); }
  Outcome run(std::string_view id, const CommandData& data, std::string_view tenant = "acme") {
    return run(Given{.id = id, .data = data, .tenant = tenant});
  }

  Outcome must(std::string_view id, const CommandData& data, std::string_view tenant = "acme") {
    Outcome outcome = run(id, data, tenant);
    if (outcome.kind != Kind::recorded) {
      FAIL(id << " is not recorded: " << (outcome.rejection ? outcome.rejection->kind->code : "") << " "
              << outcome.detail);
    }
    return outcome;
  }

  // What the writer has in memory, as a reader sees it.
  std::pair<log::Hash, Position> state() {
    log::Hash hash;
    Position position;
    Signal done;
    std::string failure;
    engine_->read(
        [&](const World& world, Position at, Instant) {
          hash = engine::state_hash(const_cast<World&>(world));  // it only lists the tables
          position = at;
        },
        [&](const std::string* why) {
          if (why) failure = *why;
          done.set();
        });
    done.wait();
    REQUIRE(failure.empty());
    return {hash, position};
  }

  int64_t balance_minor(std::string_view account, std::string_view tenant = "acme") {
    int64_t balance = 0;
    Signal done;
    engine_->read(
        [&](const World& world, Position, Instant) {
          balance = world.account(*world.find_account(*world.find_tenant(tenant), account)).balance_minor;
        },
        [&](const std::string*) { done.set(); });
    done.wait();
    return balance;
  }

  std::string line(Position position) {
    const auto frame = engine_->frame_at(position);
    if (!frame) FAIL(frame.error().what);
    return std::string((*frame)->line(position));
  }

  // All that another process would read.
  Replayed replay_from_outside() const {
    const auto log = log::EventLog::open(path_ + "/log", log::EventLog::Mode::reader);
    if (!log) FAIL(log.error().what);
    return replayed(**log, (*log)->last());
  }

  // Memory holds what the log says, no more and no less. REQUIRES: nothing is under way.
  void holds() {
    const auto [hash, position] = state();
    const Replayed log = replay_from_outside();
    CHECK(log.damage.empty());
    CHECK(log.lines.size() == position.value());
    CHECK(engine_->durable() == position);
    CHECK(log.state == hash);
  }

 private:
  TemporaryDir own_;
  const std::string path_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::deque<std::unique_ptr<Job>> jobs_;  // outcomes are views of them
  std::unique_ptr<engine::Engine> engine_;
};

inline std::string code_of(const Outcome& outcome) {
  return outcome.rejection ? std::string(outcome.rejection->kind->code) : std::string();
}

// "a 10.00 15.00 on": the account, its balance, what is available, and its access.
inline std::vector<std::string> lines_of(const account::Standings& standings) {
  std::vector<std::string> lines;
  for (const account::Standing& s : standings) {
    lines.push_back(fmt::format("{} {} {} {}", s.account.text, s.balance.to_string(), s.available.to_string(),
                                s.access == account::Access::on ? "on" : "off"));
  }
  return lines;
}

}  // namespace provodka::test
