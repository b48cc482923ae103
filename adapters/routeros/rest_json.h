#pragma once

#include "adapters/routeros/router.h"
#include "ledger/core/result.h"

#include <string>
#include <string_view>
#include <vector>

// What REST says of an operation and of its answer. Source: MikroTik's manual, "REST API". No I/O.
namespace provodka::routeros {

struct RestRequest {
  std::string method, target, body;
};

RestRequest rest_request(const Operation& operation);

// The answer to an operation, from a response's status and body. A Fault where that cannot be understood, or
// the status says that the login was refused.
Result<Answer> rest_answer(const Operation& operation, unsigned status, std::string_view body,
                           size_t items_max);

// The value of the header Authorization.
std::string basic_authorization(std::string_view login, std::string_view password);

}  // namespace provodka::routeros
