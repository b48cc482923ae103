#pragma once

#include "ledger/core/result.h"

#include <string>
#include <string_view>

namespace provodka::sms_hilink {

// How people of a country write its numbers among themselves: 8 916 123-45-67 is +7 916 123-45-67. Empty:
// only international numbers are taken.
struct NumberingPlan {
  std::string country;  // digits: "7"
  std::string trunk;    // what stands in its place at home: "8"
  size_t digits = 0;    // of a number without either: 10
};

// A plus and 8 to 15 digits, as ITU-T E.164 has it, from a number as people write it: with spaces, hyphens,
// dots, brackets, and 00 for the plus. A refusal says what is wrong, and does not repeat the number.
Result<std::string> to_e164(std::string_view written, const NumberingPlan& = {});

// Telegram and modems give international numbers with a plus and without.
Result<std::string> international_to_e164(std::string_view written);

}  // namespace provodka::sms_hilink
