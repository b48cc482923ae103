#pragma once

#include "commands/http/session.h"

namespace provodka::http {

// POST /v1/commands: one command, one durable answer.
Task<> post_command(Session&);

// Who sends commands: the header Provodka-Actor, else "local". It is believed, because only the machine
// itself can reach the server until there is access control. False when the header is wrong, which has been
// answered.
bool actor_of(Session&, std::string_view& actor);

}  // namespace provodka::http
