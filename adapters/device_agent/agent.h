#pragma once

#include "adapters/device_agent/command_sink.h"
#include "adapters/device_agent/credentials.h"
#include "adapters/device_agent/status.h"
#include "adapters/device_agent/worker.h"
#include "ledger/log/event_source.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace provodka::device_agent {

struct AgentOptions {
  std::string tenant;  // empty: all
  WorkerOptions worker;
  std::function<void(std::string)> warn;                   // for operators; nothing secret
  std::function<void(const std::string& json)> on_status;  // of status.h; may be empty
};

// Makes all routers follow a log, and says what came of it by commands. It keeps nothing: whoever starts it
// again has the wanted state from the log's first line, and what routers have from the routers. No router is
// touched before the end of the log was reached once, since half a log would let everybody in.
//
// A thread follows the log, another has everything else; `warn` and `on_status` are called from these.
class Agent {
 public:
  // The source is asked no more when the agent ends. All of them must outlive it.
  Agent(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions options);
  ~Agent();
  Agent(const Agent&) = delete;

  // Of all active devices. Any thread; waits for the agent's.
  std::vector<DeviceStatus> status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::device_agent
