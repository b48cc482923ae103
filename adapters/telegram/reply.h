#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// What the Bot API answers: {"ok": true, "result": …}, or an error_code with a description.
namespace provodka::telegram {

enum class Kind {
  ok,
  wait,          // 429: not done; after `wait_s` again
  moved,         // 400: the chat has another id from now on, `chat`
  chat_dead,     // 403, or 400 for a chat that is not there: nothing reaches this user
  refused,       // 400 otherwise, 413: this request never succeeds
  unauthorised,  // 401, 404: the token is good no more, or never was
  conflict,      // 409: another one reads the updates
  unknown,       // 5xx, nonsense, or no answer: it may have been done
  unsent,        // it did not leave this machine
};

struct Reply {
  Kind kind = Kind::unknown;
  std::string what = {};  // where not ok: for messages
  uint32_t wait_s = 0;
  int64_t chat = 0;
  std::string result = {};  // where ok: the JSON
  int64_t date_s = 0;       // where ok, of a message that was sent: its date, by Telegram's clock
};

Reply parse_reply(unsigned status, std::string_view body);

}  // namespace provodka::telegram
