#pragma once

#include "adapters/device_agent/command_sink.h"
#include "adapters/notify_agent/outside.h"
#include "ledger/codec/command_codec.h"
#include "ledger/engine/engine.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace provodka::tools {

// Takes commands of an agent to an engine of this process, which has to outlive the answers. One thread at a
// time.
class EngineDesk {
 public:
  struct Posted {
    unsigned status = 0;    // as the server would answer
    uint64_t sequence = 0;  // where it is recorded: of the tenant's last event
    std::string code, detail;
  };
  // Called once, on another thread, with the answers in the order of the commands; on this one with none and
  // the reason where the engine could not be asked.
  using Done = std::move_only_function<void(std::vector<Posted>, Result<void>)>;

  EngineDesk(engine::Engine& engine, std::string actor) : engine_(engine), actor_(std::move(actor)) {}

  // JSON documents of one line each. Does not wait.
  void submit(std::vector<std::string> commands, Done done);

 private:
  engine::Engine& engine_;
  const std::string actor_;
  codec::CommandDecoder decoder_;
};

// For the agent of routers.
class EngineSink : public device_agent::CommandSink {
 public:
  EngineSink(engine::Engine& engine, std::string actor) : desk_(engine, std::move(actor)) {}
  void post(std::vector<std::string> commands, Done done) override;

 private:
  EngineDesk desk_;
};

// For the agent that writes to subscribers.
class EngineNotifySink : public notify_agent::CommandSink {
 public:
  EngineNotifySink(engine::Engine& engine, std::string actor) : desk_(engine, std::move(actor)) {}
  Result<notify_agent::Answer> post(std::string_view tenant, std::string_view type, const std::string& id,
                                    const std::string& data) override;
  void stop() override;

 private:
  // What an answer finds that comes after the end.
  struct Waiting {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
  };
  EngineDesk desk_;
  std::mutex desk_mutex_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
};

}  // namespace provodka::tools
