#pragma once

#include "ledger/core/result.h"

#include <map>
#include <string>
#include <vector>

namespace provodka::tools {

// KEY=VALUE each, as --set takes them.
Result<std::map<std::string, std::string>> parse_kafka_settings(const std::vector<std::string>&);

}  // namespace provodka::tools
