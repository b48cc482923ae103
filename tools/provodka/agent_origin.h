#pragma once

#include "adapters/server_source/server_source.h"
#include "tools/provodka/kafka_options.h"

#include <memory>
#include <string>

namespace provodka::tools {

// Where an agent that runs apart has the log from: a server's stream, the mirror's topics, or, with neither
// of them given, the log itself.
struct AgentOrigin {
  std::string data = "data";  // of the keys, and of the log where that is read itself
  std::string from;           // a server's URL
  KafkaOrigin kafka;
};

// --data, --from and what Kafka takes, of which one origin can be given. `role` is for the group's name.
void add_agent_origin(CLI::App&, AgentOrigin&, const std::string& role);

struct AgentSource {
  std::unique_ptr<server_source::Server> server;  // where it is one
  std::unique_ptr<log::EventSource> source;
};

// Ends the program where the options cannot be; whether a server or Kafka is there shows later. `tenant` is
// the one that the agent works for; empty: not named.
AgentSource open_agent_source(const AgentOrigin&, const std::string& role, const std::string& tenant);

}  // namespace provodka::tools
