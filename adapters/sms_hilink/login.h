#pragma once

#include <string>
#include <string_view>

// How a password is sent to the stick, by the `password_type` that it names: 0 and 3 in base64; 4 as hashes
// that have the request's token in them.
namespace provodka::sms_hilink {

std::string base64_of(std::string_view);

// SHA-256 in hexadecimal, and that text in base64.
std::string text_digest(std::string_view);

std::string password_for(int password_type, std::string_view user, std::string_view password,
                         std::string_view token);

}  // namespace provodka::sms_hilink
