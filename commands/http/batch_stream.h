#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// A batch whose lines are decided and answered while more of it arrives.
Task<> stream_batch(Session&, std::string_view actor, bool with_events);

}  // namespace provodka::http
