#pragma once

#include "adapters/device_agent/wanted.h"
#include "tools/provodka/ledger_reader.h"

#include <string>

namespace provodka::tools {

// The wanted state of all routers of a tenant, or of all tenants, as the log has it. Ends the program where
// the log is damaged.
device_agent::Wanted read_wanted(const LedgerReader& reader, const std::string& tenant);

}  // namespace provodka::tools
