#pragma once

#include "adapters/routeros/secret.h"
#include "ledger/core/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace provodka::device_agent {

struct Login {
  std::string name;
  routeros::Secret password;
};

// Opens what an event sealed for a device.
class Credentials {
 public:
  virtual ~Credentials() = default;

  // Nullopt where there is no key for it. A Fault has nothing secret in it. For the agent's thread.
  virtual Result<std::optional<Login>> open(std::string_view tenant, std::string_view device,
                                            std::string_view sealed) = 0;
};

}  // namespace provodka::device_agent
