#pragma once

#include "adapters/device_agent/agent.h"
#include "adapters/device_agent/command_sink.h"
#include "adapters/device_agent/credentials.h"
#include "ledger/log/subscriber_keys.h"
#include "tools/provodka/batch_sender.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace provodka::tools {

// Credentials of devices for whoever holds the keys.
class KeyholderCredentials : public device_agent::Credentials {
 public:
  explicit KeyholderCredentials(const log::SubscriberKeys& keys) : keys_(keys) {}
  Result<std::optional<device_agent::Login>> open(std::string_view tenant, std::string_view device,
                                                  std::string_view sealed) override;

 private:
  const log::SubscriberKeys& keys_;
};

// Sends commands to a server, from a thread of its own.
class ServerSink : public device_agent::CommandSink {
 public:
  ServerSink(Url url, std::string actor);
  ~ServerSink() override;
  void post(std::vector<std::string> commands, Done done) override;

 private:
  void run();
  void send(std::vector<std::string> commands, const Done& done);

  const Url url_;
  const std::string actor_;
  std::unique_ptr<BatchSender> sender_;  // of the thread
  std::vector<device_agent::Reception> receptions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> commands_;
  Done done_;
  bool stopped_ = false;
  std::thread thread_;
};

// The agent of routers, as it is started apart from a server or in one.
struct DevicesOptions {
  std::string tenant;  // empty: of all
  double every_s = 300, pause_max_s = 30, timeout_s = 10;
};
// It writes how routers are to the status file below `data`.
device_agent::AgentOptions agent_options(const DevicesOptions&, const std::string& data,
                                         std::function<void(std::string)> warn);

// Where the agent of a tenant says how routers are, for `provodka devices`; empty: that of all tenants.
std::string device_status_file(const std::string& data, const std::string& tenant);

// Replaces a small file at once, so that a reader sees the old or the new one. Not durable.
Result<void> replace_file(const std::string& path, std::string_view bytes);

}  // namespace provodka::tools
