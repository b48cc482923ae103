#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// GET /healthz: the process lives.
Task<> get_healthz(Session&);
// GET /readyz: commands are accepted, or 503; and where the scrub found the log damaged.
Task<> get_readyz(Session&);
// GET /openapi.json
Task<> get_openapi(Session&);

}  // namespace provodka::http
