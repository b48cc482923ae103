#pragma once

#include "adapters/notify_agent/outside.h"
#include "tests/ledger/log/memory_log.h"

#include <algorithm>
#include <mutex>
#include <set>

#include <simdjson.h>

namespace provodka::notify_agent::test {

// The log and the rules of messages, in memory: an attempt begins only when what became of the one before is
// known. A frame for each event.
class FakeLedger : public log::test::MemoryLog, public CommandSink {
 public:
  uint64_t add(const Event& event, std::string_view cause = "c") {
    std::lock_guard lock(mutex_);
    return append(event, cause);
  }

  void stop() override { MemoryLog::stop(); }  // of both
  Result<Answer> post(std::string_view, std::string_view type, const std::string& id,
                      const std::string& data) override {
    std::lock_guard lock(mutex_);
    if (dead) return fault("nobody is there");
    simdjson::dom::parser parser;
    const simdjson::dom::object in = parser.parse(data);
    if (type == "message.send") return Answer{201, append(requested_by(in), id), {}, {}};
    if (type == "telegram.unlink") {
      return Answer{201, append(notification::TelegramUnlinked{{"s"}, {}, {20000}}, id), {}, {}};
    }
    const uint64_t message = in["message"];
    std::string_view text;
    Outcome outcome{};
    if (!enum_value(in["outcome"].get_string().value(), outcome)) return fault("no outcome");
    Last& last = reports[message];
    const auto refuse = [&](const char* code) {
      refusals.insert(code);
      return Answer{422, 0, code, {}};
    };
    if (last.final_) return refuse("message_settled");
    const uint32_t attempt = static_cast<uint32_t>(in["attempt"].get_uint64().value());
    if (outcome == Outcome::sending) {
      if (last.outcome == Outcome::sending || last.outcome == Outcome::unknown)
        return refuse("attempt_unsettled");
      if (attempt != last.attempt + 1) return refuse("attempt_out_of_order");
    }
    std::optional<Channel> channel;
    Channel named{};
    if (in["channel"].get(text) == simdjson::SUCCESS && enum_value(text, named)) channel = named;
    bool final = outcome == Outcome::delivered;
    if (bool said = false; in["final"].get(said) == simdjson::SUCCESS) final |= said;
    std::optional<Reason> detail;
    if (in["detail"].get(text) == simdjson::SUCCESS) detail = Reason{text};
    last = {outcome, attempt, final};
    journal[message].push_back(outcome);
    if (outcome == Outcome::sending && dies_at_intent) dead = true;
    return Answer{201,
                  append(notification::MessageReported{.message = Sequence(message),
                                                       .subscriber = {"s"},
                                                       .outcome = outcome,
                                                       .attempt = attempt,
                                                       .channel = channel,
                                                       .final_ = final,
                                                       .detail = detail,
                                                       .effective = {20000}},
                         id),
                  {},
                  {}};
  }

  struct Last {
    Outcome outcome = Outcome::failed;
    uint32_t attempt = 0;
    bool final_ = false;
  };
  // Waits until a message's journal ends so.
  std::vector<Outcome> until(uint64_t message, Outcome outcome, size_t lines) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20),
                      [&] { return journal[message].size() >= lines && journal[message].back() == outcome; });
    return journal[message];
  }

  std::map<uint64_t, Last> reports;
  std::map<uint64_t, std::vector<Outcome>> journal;
  std::set<std::string> refusals;
  std::atomic<bool> dies_at_intent{false}, dead{false};

 private:
  notification::MessageRequested requested_by(const simdjson::dom::object& in) {
    const std::string_view name = in["template"];
    return {.subscriber = {"s"},
            .template_ = {name},
            .language = {"ru"},
            .version = 1,
            .sealed = {},
            .effective = {20000}};
  }

  uint64_t append(const Event& event, std::string_view cause) {
    const uint64_t sequence = frames_.size() + 1;
    Buffer line;
    codec::encode_event(line,
                        {.sequence = Sequence(sequence),
                         .tenant = "acme",
                         .type = codec::type_of(event),
                         .time = wall_clock(),
                         .actor = "x",
                         .cause = cause},
                        event);
    MemoryLog::append(line.view());
    return sequence;
  }
};

// A ledger that several agents follow: what one of them stops is its own.
class View : public log::EventSource, public CommandSink {
 public:
  explicit View(FakeLedger& of) : of_(of) {}
  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override {
    return of_.frame_at(from, std::min<std::chrono::milliseconds>(timeout, std::chrono::milliseconds(20)));
  }
  Position last() const override { return of_.last(); }
  std::string name() const override { return of_.name(); }
  void stop() override {}
  Result<Answer> post(std::string_view tenant, std::string_view type, const std::string& id,
                      const std::string& data) override {
    return of_.post(tenant, type, id, data);
  }

 private:
  FakeLedger& of_;
};

}  // namespace provodka::notify_agent::test
