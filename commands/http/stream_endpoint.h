#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// The events of a tenant as server-sent events, from `after` on and then as they come, until there were
// `limit` of them, the client leaves or the server stops. The next piece is read from the log only when the
// last one was taken, so a client that is slow costs no memory. Last-Event-ID, which a client sends when it
// comes back, goes before `after`.
Task<> stream_events(Session&, const std::string& tenant, uint64_t after, uint64_t limit);

}  // namespace provodka::http
