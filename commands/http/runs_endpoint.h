#pragma once

#include "commands/http/session.h"

#include <string>

namespace provodka::http {

// The reports of the tenant's billing runs, the newest first.
Task<> get_runs(Session&, const std::string& tenant);

// What a run up to an instant would come to; see engine::Preview.
Task<> get_preview(Session&, const std::string& tenant);

}  // namespace provodka::http
