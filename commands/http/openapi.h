#pragma once

#include <string>

namespace provodka::http {

// The description of this server (OpenAPI 3.1) as JSON, from the schemas of the commands and the lists of
// everything that can be refused. A copy is kept in schemas/openapi.json, which a test holds to it.
std::string openapi();

}  // namespace provodka::http
