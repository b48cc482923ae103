#pragma once

#include "commands/http/session.h"

// What an auditor reads: the tenant's log as C2SP tlog-tiles. All of it follows what is durable.
namespace provodka::http {

// GET /v1/{tenant}/checkpoint
Task<> get_checkpoint(Session&, const std::string& tenant);
// GET /v1/{tenant}/keys: the keys that checkpoints are signed with, one a line.
Task<> get_keys(Session&, const std::string& tenant);
// GET /v1/{tenant}/tile/{path}
Task<> get_tile(Session&, const std::string& tenant, std::string_view path);

}  // namespace provodka::http
