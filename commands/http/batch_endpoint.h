#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// POST /v1/commands/batch: a command a line, an answer a line, in the same order. Both directions flow at the
// same time: lines are decided as they arrive. With `?atomic=true` all of it is read first and recorded as a
// whole or not at all; with `?return=events` a line says as much as the answer to a single command.
Task<> post_batch(Session&);

}  // namespace provodka::http
