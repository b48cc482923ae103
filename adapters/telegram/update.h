#pragma once

#include "ledger/core/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::telegram {

// What a user did in a private chat with the bot. Groups and channels are passed over.
struct Update {
  int64_t id = 0;
  int64_t chat = 0;       // 0: nothing that matters
  int64_t date_s = 0;     // of the message; of a button, of the message that it hangs on
  bool is_start = false;  // /start
  bool wrote = false;     // a message or a button: the user has read the chat
  // Somebody shared a contact. `phone` is there only where it is the sender's own and Telegram says so.
  bool shared_contact = false;
  std::string phone;
  std::string language;  // of the user's client, such as "ru"; may be empty
};

// The updates of a getUpdates result, in order. One that is not understood keeps its id alone, so that it is
// passed over; a fault where there is not even that.
Result<std::vector<Update>> parse_updates(std::string_view json);

}  // namespace provodka::telegram
