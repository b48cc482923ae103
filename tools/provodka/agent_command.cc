#include "tools/provodka/agents.h"

namespace provodka::tools {

CLI::App& agent_command(CLI::App& app) {
  for (CLI::App* const there : app.get_subcommands({})) {
    if (there->get_name() == "agent") return *there;
  }
  auto* agent = app.add_subcommand("agent", "Makes the world follow what the ledger decides");
  agent->require_subcommand(1);
  return *agent;
}

void add_agent(CLI::App& app) { add_agent_notify(agent_command(app)); }

}  // namespace provodka::tools
