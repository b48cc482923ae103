#include "tools/provodka/agent_origin.h"

#include "ledger/log/directory_source.h"
#include "tools/provodka/terminal.h"

namespace provodka::tools {

void add_agent_origin(CLI::App& sub, AgentOrigin& origin, const std::string& role) {
  sub.add_option("--data", origin.data,
                 "The data directory: its keys, and its log unless that comes from elsewhere")
      ->envname("PROVODKA_DATA")
      ->capture_default_str();
  auto* const from = sub.add_option("--from", origin.from,
                                    "Read the log from this server, such as http://127.0.0.1:8080; the keys "
                                    "are still those of --data");
  add_kafka_origin(sub, origin.kafka, role)->excludes(from);
}

AgentSource open_agent_source(const AgentOrigin& origin, const std::string& role, const std::string& tenant) {
  AgentSource opened;
  if (!origin.kafka.brokers.empty()) {
    opened.source = or_fail(open_kafka_origin(origin.kafka, role, tenant), kRefused);
  } else if (!origin.from.empty()) {
    opened.server = or_fail(server_source::Server::at(origin.from), kRefused);
    // The agents say themselves why they cannot follow, and when they can again.
    opened.source = std::make_unique<server_source::ServerSource>(*opened.server, nullptr);
  } else {
    opened.source = or_fail(log::DirectorySource::open(origin.data));
  }
  return opened;
}

}  // namespace provodka::tools
