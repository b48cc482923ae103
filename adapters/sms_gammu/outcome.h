#pragma once

#include "adapters/sms_hilink/modem.h"

// What a stick says of a message, in the words of sms_hilink.
namespace provodka::sms_gammu {

using sms_hilink::End;
using sms_hilink::Sent;

// The status that libgammu hands over once a message was offered to the network: 0, the number of a
// `+CMS ERROR` (3GPP TS 27.005, 3.2.5, and TS 24.011, annex E), or below zero where there is none.
Sent outcome_of_status(int status);

// How an error of libgammu ends a message that was to be sent. `words` is its own text for it.
Sent outcome_of_error(int error, const char* words);

}  // namespace provodka::sms_gammu
