#pragma once

#include <string>

namespace provodka::sms_hilink {

// What an error of the stick means for a request that it answered so.
enum class Meaning {
  unknown,    // it may have been done all the same
  not_now,    // it was not done, and may be asked again later
  refused,    // it was not done, and never will be
  token,      // it was not done: token or session are spent
  no_rights,  // it was not done: one has to log in
};

Meaning meaning_of(int code);

// "101001: no SIM card, or none that it can use". Of a code that nobody knows the number alone.
std::string words_for(int code);

}  // namespace provodka::sms_hilink
