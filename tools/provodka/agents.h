#pragma once

#include "tools/provodka/subcommands.h"

namespace provodka::tools {

// The subcommands of `provodka agent`, each in a file of its own.
void add_agent_devices(CLI::App& agent);
void add_agent_notify(CLI::App& agent);

}  // namespace provodka::tools
