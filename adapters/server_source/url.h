#pragma once

#include "ledger/core/result.h"

#include <string>
#include <string_view>

namespace provodka::server_source {

// http://HOST[:PORT][/PATH]; the path is what stands before /v1.
struct Url {
  std::string text, host, port, path;

  static Result<Url> parse(std::string_view text);
  std::string authority() const;  // for the header Host
};

}  // namespace provodka::server_source
