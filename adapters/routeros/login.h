#pragma once

#include "adapters/routeros/secret.h"
#include "ledger/core/result.h"

#include <string>
#include <string_view>
#include <vector>

// The two forms of /login. Since RouterOS 6.43 the password is sent as it is; before, the router gave a
// challenge and was answered with an MD5 of it. The sequence for both: send login_words; where the `!done`
// has a `=ret=`, that is a challenge, to be answered with challenge_words on the same connection.
namespace provodka::routeros {

std::vector<std::string> login_words(std::string_view name, const Secret& password);

// The value of `=response=`: 00 and the MD5 of a zero byte, the password and the challenge. A Fault where the
// challenge is not hexadecimal.
Result<std::string> challenge_response(const Secret& password, std::string_view challenge_hex);

Result<std::vector<std::string>> challenge_words(std::string_view name, const Secret& password,
                                                 std::string_view challenge_hex);

}  // namespace provodka::routeros
