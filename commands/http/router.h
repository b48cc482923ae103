#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// Finds who answers the request whose head the session has read, and lets them.
Task<> route(Session&);

}  // namespace provodka::http
