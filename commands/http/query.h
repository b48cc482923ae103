#pragma once

#include "commands/http/session.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::http {

// A parameter of the query, decoded.
struct Parameter {
  std::string name, value;
};

// All parameters in their order. Nullopt where one is there more than once or cannot be decoded, which has
// been answered.
std::optional<std::vector<Parameter>> parameters_of(Session&);

// A number of the query between two bounds, left as it is where the query does not have it. False when it is
// something else, which has been answered.
bool number_of(Session&, std::string_view name, uint64_t least, uint64_t most, uint64_t& number);

}  // namespace provodka::http
