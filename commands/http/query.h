#pragma once

#include "commands/http/session.h"

#include <string_view>

namespace provodka::http {

// A number of the query between two bounds, left as it is where the query does not have it. False when it is
// something else, which has been answered.
bool number_of(Session&, std::string_view name, uint64_t least, uint64_t most, uint64_t& number);

}  // namespace provodka::http
