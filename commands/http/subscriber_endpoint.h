#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// GET /v1/{tenant}/subscribers/{subscriber}: with what is personal, as long as the subscriber is not erased.
Task<> get_subscriber(Session&, const std::string& tenant, const std::string& subscriber);

}  // namespace provodka::http
