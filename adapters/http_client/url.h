#pragma once

#include "ledger/core/result.h"

#include <string>
#include <string_view>

namespace provodka::http_client {

// http[s]://HOST[:PORT][/PATH], with nobody's name, no query and no fragment.
struct Url {
  bool tls = false;
  std::string host, port;
  std::string path;  // without a slash at the end: empty, or what every target begins with

  static Result<Url> parse(std::string_view text);
  std::string authority() const;  // for the header Host
  // For messages: the path may hold a secret.
  std::string place() const;
};

}  // namespace provodka::http_client
