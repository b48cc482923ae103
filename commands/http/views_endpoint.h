#pragma once

#include "commands/http/session.h"

#include <string>

namespace provodka::http {

// GET /v1/{tenant}/views/{view}: a page of the tenant's rows of a public view of the read models.
Task<> get_view(Session&, const std::string& tenant, const std::string& view);

}  // namespace provodka::http
