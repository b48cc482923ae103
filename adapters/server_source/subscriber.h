#pragma once

#include "adapters/server_source/server.h"

#include <optional>
#include <string>
#include <string_view>

namespace provodka::server_source {

// What is personal of a subscriber, as the JSON that an event seals: not of one event but of all so far, the
// newest of each field. Nullopt where it was erased. A fault also where the server knows no such subscriber.
Result<std::optional<std::string>> fetch_subscriber(Server&, std::string_view tenant,
                                                    std::string_view subscriber);

}  // namespace provodka::server_source
