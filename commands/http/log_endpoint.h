#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// GET /v1/log: the durable lines of the shard, of all tenants, behind a position, for projectors and mirrors
// that run apart. Where there is none it waits as long as it is asked to, and then answers 204.
Task<> get_log(Session&);

}  // namespace provodka::http
