#include "tools/provodka/agents.h"

namespace provodka::tools {

void add_agent(CLI::App& app) {
  auto* agent = app.add_subcommand("agent", "Makes the world follow what the ledger decides");
  agent->require_subcommand(1);
  agent->footer("Example: provodka agent devices --data .run/data --url http://127.0.0.1:8080");
  add_agent_devices(*agent);
  add_agent_notify(*agent);
}

}  // namespace provodka::tools
