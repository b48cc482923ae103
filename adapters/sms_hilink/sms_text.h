#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How a text becomes short messages: 3GPP TS 23.038, 6.2.1 (the alphabet) and TS 23.040, 9.2.3.24.1 (parts).
namespace provodka::sms_hilink {

enum class Alphabet : std::uint8_t { gsm7, ucs2 };

struct SmsSize {
  Alphabet alphabet = Alphabet::gsm7;
  uint32_t characters = 0;  // of Unicode
  uint32_t units = 0;       // septets, or 16 bits each
  uint32_t parts = 0;       // an empty text has one
  friend bool operator==(const SmsSize&, const SmsSize&) = default;
};

inline constexpr uint32_t kGsmAlone = 160, kGsmEach = 153, kUcsAlone = 70, kUcsEach = 67;

// nullopt where the text is not UTF-8. Neither an escaped character nor a pair of surrogates is cut in two.
std::optional<SmsSize> sms_size(std::string_view text);

// What the stick wants in place of UTF-8: a character beyond the basic plane as two surrogates of three bytes
// each. REQUIRES: `text` is UTF-8.
std::string to_cesu8(std::string_view text);

// And back. What is neither is left as it is.
std::string from_cesu8(std::string_view text);

}  // namespace provodka::sms_hilink
