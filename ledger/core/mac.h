#pragma once

#include <string>
#include <string_view>

namespace provodka {

// The hexadecimal digits of a MAC address in lower case, however it is spelled.
inline std::string mac_digits(std::string_view mac) {
  std::string digits;
  for (const char c : mac) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if ((lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f')) digits += lower;
  }
  return digits;
}

}  // namespace provodka
