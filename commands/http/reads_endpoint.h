#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// GET /v1/{tenant}/accounts/{account}
Task<> get_account(Session&, const std::string& tenant, const std::string& account);

// GET /v1/{tenant}/events: a page of lines, or the stream where the client accepts text/event-stream.
Task<> get_events(Session&, const std::string& tenant);

// Whether the tenant exists, as far as is durable; where not, that has been answered.
Task<bool> check_tenant(Session&, const std::string& tenant);

}  // namespace provodka::http
