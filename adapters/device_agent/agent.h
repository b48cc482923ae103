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
  // A log that cannot be followed for so long: routers are left alone until its end was seen again. As long
  // as a group waits before another member takes a silent one's place.
  std::chrono::milliseconds hold_after{10'000};
  std::function<void(std::string)> warn;                   // for operators; nothing secret
  std::function<void(const std::string& json)> on_status;  // of status.h; may be empty
};

// Makes all routers follow a log, and says what came of it by commands. It keeps nothing: whoever starts it
// again has the wanted state from the log's first line, and what routers have from the routers. No router is
// touched before the end of the log was reached once, since half a log would let everybody in; nor while the
// log cannot be followed, as by then they are another agent's, or have to become what nobody here knows.
// After an exception, and where the log contradicts itself, it has failed: it says so, and touches nothing
// any more.
//
// A thread follows the log, another has everything else; `warn` and `on_status` are called from these.
class Agent {
 public:
  // The source is asked no more when the agent ends. All of them must outlive it.
  Agent(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions options);
  ~Agent();
  Agent(const Agent&) = delete;

  // Of all active devices, while they are driven. Any thread; waits for the agent's.
  std::vector<DeviceStatus> status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::device_agent
