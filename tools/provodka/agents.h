#pragma once

#include "tools/provodka/subcommands.h"

namespace provodka::tools {

// The parent of all agents, which is added where it is not there yet.
CLI::App& agent_command(CLI::App& app);

// Each adds one agent below it.
void add_agent_notify(CLI::App& agent);

}  // namespace provodka::tools
