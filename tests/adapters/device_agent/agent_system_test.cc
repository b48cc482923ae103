#include "adapters/device_agent/agent.h"
#include "tests/adapters/device_agent/history.h"
#include "tests/adapters/routeros/emulator.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace provodka::device_agent {
namespace {

using namespace std::chrono_literals;
using namespace test;
using routeros::test::Emulator;

// Lines that can be held back, taken away and replaced.
class HeldLog : public log::EventSource {
 public:
  void add(codec::DecodedEvent event) {
    event.header.time = *Instant::parse("2026-11-20T09:00:00.000000Z");
    event.header.actor = event.header.cause = "test";
    auto frame = std::make_shared<log::Frame>(Position(frames_.size() + 1));
    codec::encode_event(frame->writable_text(), event.header, event.event);
    frame->end_line();
    const std::lock_guard lock(mutex_);
    frames_.push_back(frame);
    changed_.notify_all();
  }
  // What last() says from now on, as if it had not looked since.
  void says_last(size_t last) {
    const std::lock_guard lock(mutex_);
    says_last_ = last;
  }
  // It is another reader's turn from now on, and it says so, or it is this one's again.
  void set_turn(bool mine) {
    const std::lock_guard lock(mutex_);
    may_act_ = mine;
    changed_.notify_all();
  }
  bool was_stopped() const {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }
  // Lines behind this one exist and cannot be read; zero: all can.
  void hold_behind(size_t readable) {
    const std::lock_guard lock(mutex_);
    readable_ = readable;
    changed_.notify_all();
  }
  // As hold_behind, and behind the last line as well.
  void go_away(bool away = true) {
    const std::lock_guard lock(mutex_);
    away_ = away;
    changed_.notify_all();
  }
  void replace(HeldLog& other) {
    const std::lock_guard lock(mutex_);
    frames_ = std::move(other.frames_);
    changed_.notify_all();
  }
  uint64_t refused() const {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override {
    std::unique_lock lock(mutex_);
    const auto is_out = [&] { return away_ || !may_act_; };
    changed_.wait_for(lock, timeout, [&] { return stopped_ || is_out() || from.value() <= frames_.size(); });
    if (!stopped_ && is_out()) {
      ++refused_;
      return fault("the log is away");
    }
    if (stopped_ || from.value() > frames_.size()) return log::FramePtr();
    if (readable_ > 0 && from.value() > readable_) {
      ++refused_;
      return fault("the log is away");
    }
    return frames_[from.value() - 1];
  }
  Position last() const override {
    const std::lock_guard lock(mutex_);
    return Position(says_last_.value_or(frames_.size()));
  }
  bool may_act() const override {
    const std::lock_guard lock(mutex_);
    return may_act_;
  }
  void stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }
  std::string name() const override { return "a log"; }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<log::FramePtr> frames_;
  size_t readable_ = 0;
  std::optional<size_t> says_last_;
  uint64_t refused_ = 0;
  bool stopped_ = false, away_ = false, may_act_ = true;
};

// Opens all, but for so many times when it has a mistake.
class Open : public Credentials {
 public:
  std::atomic<int> mistakes = 0;
  Result<std::optional<Login>> open(std::string_view, std::string_view, std::string_view) override {
    if (mistakes > 0) {
      --mistakes;
      throw std::logic_error("a mistake of ours");
    }
    return Login{"admin", routeros::Secret("")};
  }
};

// Takes commands, after it was away for some calls.
class Desk : public CommandSink {
 public:
  explicit Desk(int away = 0) : away_(away) {}
  void post(std::vector<std::string> commands, Done done) override {
    std::vector<Reception> receptions;
    bool here = true;
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(commands);
      here = static_cast<int>(calls_.size()) > away_;
    }
    if (!here) return done({}, fault("the desk is away"));
    for (size_t i = 0; i < commands.size(); ++i) receptions.push_back({201, {}, {}});
    done(std::move(receptions), {});
  }
  std::vector<std::vector<std::string>> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  const int away_;
  mutable std::mutex mutex_;
  std::vector<std::vector<std::string>> calls_;
};

// Answers when it is told to.
class SlowDesk : public CommandSink {
 public:
  void post(std::vector<std::string> commands, Done done) override {
    const std::lock_guard lock(mutex_);
    calls_.push_back(std::move(commands));
    done_ = std::move(done);
  }
  void is_away() {
    Done done;
    {
      const std::lock_guard lock(mutex_);
      done = std::exchange(done_, {});
    }
    done({}, fault("the desk is away"));
  }
  std::vector<std::vector<std::string>> calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::vector<std::string>> calls_;
  Done done_;
};

// What operators are told.
class Told {
 public:
  std::function<void(std::string)> taker() {
    return [this](std::string text) {
      const std::lock_guard lock(mutex_);
      texts_ += text + "\n";
    };
  }
  bool has(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    return texts_.find(part) != texts_.npos;
  }

 private:
  mutable std::mutex mutex_;
  std::string texts_;
};

void eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  std::mutex mutex;
  std::condition_variable looked_at_again;
  std::unique_lock lock(mutex);
  while (!holds() && std::chrono::steady_clock::now() < end) looked_at_again.wait_for(lock, 5ms);
  CHECK(holds());
}

// One for all tests; each resets it.
const Emulator& emulated_router() {
  static const Emulator emulator({});
  return emulator;
}

// One router, and a log that begins with it.
struct House {
  House() {
    emulator.control("/reset", "{}");
    log.add(history.next(device_registered("r1", address)));
  }
  void add_blocked(const std::string& point, const std::string& ip) {
    log.add(history.next(point_added(point, ip, "r1")));
    log.add(history.next(access_changed(point, 1, false)));
  }
  AgentOptions options() {
    AgentOptions options;
    options.worker.pause_max = 100ms;
    options.warn = told.taker();
    options.on_status = status.taker();
    return options;
  }
  bool has(std::string_view point) const {
    return emulator.ask("GET", "/state", "").find(fmt::format("provodka:isp/{}\"", point)) !=
           std::string::npos;
  }
  bool was_asked() const {
    return emulator.ask("GET", "/requests", "").find("\"count\": 0") == std::string::npos;
  }

  const Emulator& emulator = emulated_router();
  const std::string address = fmt::format("127.0.0.1:{}", emulator.port("ready"));
  History history;
  HeldLog log;
  Open credentials;
  Told told, status;
};

TEST_CASE("no router is touched before the end of the log was seen") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  house.log.hold_behind(2);
  house.emulator.control("/entries", R"({"add":[{"list":"provodka-blocked","address":"10.0.0.1",)"
                                     R"("comment":"provodka:isp/p"}]})");
  Desk desk;
  Agent agent(house.log, house.credentials, desk, house.options());
  eventually([&] { return house.log.refused() > 2; });
  CHECK(agent.status().empty());
  CHECK(!house.was_asked());
  CHECK(house.has("p"));
  house.log.hold_behind(0);
  eventually([&] { return !desk.calls().empty(); });
  CHECK(house.has("p"));
  REQUIRE(agent.status().size() == 1);
  CHECK(agent.status()[0].state == "in step");
}

TEST_CASE("a result waits while nobody takes it, and is the same command when it is sent again") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  Desk desk(2);
  Agent agent(house.log, house.credentials, desk, house.options());
  eventually([&] { return desk.calls().size() == 3; });
  const auto calls = desk.calls();
  CHECK(calls[0] == calls[1]);
  CHECK(calls[0] == calls[2]);
  CHECK(calls[0][0].find(R"("id":"agent/r1/p/1/0-applied")") != std::string::npos);
  CHECK(calls[0][0].find(R"("outcome":"applied")") != std::string::npos);
  CHECK(house.has("p"));
}

TEST_CASE("a log that is another one than before is read from its beginning") {
  House house;
  house.add_blocked("p", "10.0.0.15");
  house.add_blocked("q", "10.0.0.16");
  Desk desk;
  Agent agent(house.log, house.credentials, desk, house.options());
  eventually([&] { return house.has("p") && house.has("q"); });
  History other;
  HeldLog restored;
  restored.add(other.next(device_registered("r1", house.address)));
  restored.add(other.next(point_added("q", "10.0.0.16", "r1")));
  restored.add(other.next(access_changed("q", 1, false)));
  house.log.replace(restored);
  eventually([&] { return !house.has("p"); });
  CHECK(house.has("q"));
}

TEST_CASE("lines that nobody knew of yet are no end") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  house.log.hold_behind(2);
  house.log.says_last(2);
  Desk desk;
  Agent agent(house.log, house.credentials, desk, house.options());
  eventually([&] { return house.log.refused() > 2; });
  CHECK(agent.status().empty());
  CHECK(!house.was_asked());
}

TEST_CASE("routers are left alone while the log is away, and driven again when its end was seen") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  Desk desk;
  AgentOptions options = house.options();
  options.worker.reconcile_every = 100ms;
  options.hold_after = 100ms;
  const bool is_away = GENERATE(true, false);  // else it is another agent's turn
  if (!is_away) options.hold_after = 1h;
  Agent agent(house.log, house.credentials, desk, options);
  eventually([&] { return agent.status().size() == 1 && agent.status()[0].reconciles > 2; });
  is_away ? house.log.go_away() : house.log.set_turn(false);
  eventually([&] { return agent.status().empty(); });
  CHECK(house.told.has("routers are left alone"));
  eventually([&] { return house.status.has(R"("log":"the log is away")"); });
  // Another agent unblocks the point, and no comparison here takes that back.
  house.emulator.control("/reset", "{}");
  house.log.add(house.history.next(access_changed("p", 2, true)));
  const uint64_t refused = house.log.refused();
  eventually([&] { return house.log.refused() > refused + 2; });
  CHECK(!house.was_asked());
  CHECK(!house.has("p"));
  house.log.go_away(false);
  house.log.set_turn(true);
  eventually([&] { return agent.status().size() == 1 && agent.status()[0].reconciles > 0; });
  CHECK(house.told.has("routers are driven again"));
  CHECK(!house.has("p"));
}

TEST_CASE("an event that cannot be has the log read once more, and then the agent has failed") {
  House house;
  house.log.add(house.history.next(point_added("p", "10.0.0.1", "r1")));
  house.log.add(house.history.next(access_changed("never", 1, false)));
  Desk desk;
  {
    Agent agent(house.log, house.credentials, desk, house.options());
    eventually([&] { return house.status.has("the agent has failed, and leaves routers alone"); });
    CHECK(house.told.has("event 3 of isp cannot be"));
    CHECK(agent.status().empty());
    CHECK(house.log.was_stopped());
  }
  CHECK(!house.was_asked());
}

TEST_CASE("an exception on the agent's thread ends its work, and not the process") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  Desk desk;
  AgentOptions options = house.options();
  options.worker.reconcile_every = 20ms;
  std::atomic<bool> is_full = false;
  options.on_status = [&, taker = house.status.taker()](const std::string& json) {
    if (is_full.exchange(false)) throw std::runtime_error("no room for the status");
    taker(json);
  };
  Agent agent(house.log, house.credentials, desk, options);
  eventually([&] { return house.has("p"); });
  is_full = true;
  eventually([&] { return house.status.has("leaves routers alone until it is started anew: no room"); });
  CHECK(house.told.has("no room for the status"));
  CHECK(agent.status().empty());
  house.emulator.control("/reset", "{}");
  house.log.add(house.history.next(access_changed("p", 2, true)));
  CHECK(agent.status().empty());
  CHECK(!house.was_asked());
}

TEST_CASE("a worker that threw is shown as failed, and another one drives the router after a pause") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  house.credentials.mistakes = 2;
  Desk desk;
  AgentOptions options = house.options();
  options.worker.pause_max = 1s;
  Agent agent(house.log, house.credentials, desk, options);
  eventually([&] {
    const auto statuses = agent.status();
    return statuses.size() == 1 && statuses[0].state == "failed";
  });
  CHECK(agent.status()[0].detail == "a mistake of ours");
  CHECK(agent.status()[0].retry.has_value());
  CHECK(house.told.has("isp/r1: its worker failed, and is made anew: a mistake of ours"));
  eventually([&] { return house.has("p"); });
  CHECK(house.credentials.mistakes == 0);
  eventually([&] { return agent.status()[0].state == "in step"; });
}

// Somebody's entry is taken away, and the router does not answer; a change waits until that is given up.
TEST_CASE("a router that is lost while it is repaired is out of reach, and has not refused") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  Desk desk;
  AgentOptions options = house.options();
  options.worker.reconcile_every = 100ms;
  options.worker.router.command_timeout = 2s;
  Agent agent(house.log, house.credentials, desk, options);
  eventually([&] { return house.has("p"); });
  house.emulator.control("/misbehave", R"({"drop":{"match":"address-list/remove"}})");
  house.emulator.control("/entries", R"({"add":[{"list":"provodka-blocked","address":"10.0.9.9",)"
                                     R"("comment":"provodka:isp/nobody"}]})");
  eventually([&] {
    return house.emulator.ask("GET", "/requests", "").find("address-list/remove") != std::string::npos;
  });
  house.add_blocked("q", "10.0.0.2");
  eventually([&] { return house.told.has("isp/r1: "); });
  CHECK(house.told.has("address-list/remove"));
  CHECK_FALSE(house.told.has("reconcile it first"));
  eventually([&] { return house.has("q") && !house.has("nobody"); });
}

TEST_CASE(
    "a result that was recorded, and whose answer was lost, is the same command when it is sent again") {
  House house;
  house.add_blocked("p", "10.0.0.1");
  SlowDesk desk;
  Agent agent(house.log, house.credentials, desk, house.options());
  eventually([&] { return desk.calls().size() == 1; });
  CHECK(agent.status()[0].behind == 1);
  house.log.add(house.history.next(access_applied("p", 1, "r1")));
  eventually([&] { return agent.status()[0].behind == 0; });
  desk.is_away();
  eventually([&] { return desk.calls().size() == 2; });
  CHECK(desk.calls()[0] == desk.calls()[1]);
}

}  // namespace
}  // namespace provodka::device_agent
