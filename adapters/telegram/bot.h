#pragma once

#include "adapters/http_client/client.h"
#include "adapters/telegram/reply.h"
#include "adapters/telegram/update.h"

#include <optional>
#include <string>

namespace provodka::telegram {

struct BotOptions {
  std::string token;
  std::string authority_file;  // PEM; empty: the system's
  std::chrono::milliseconds timeout{15'000};
};

// `123456:ABC…`, as BotFather gives it.
bool is_token(std::string_view);

// One connection to the Bot API. It blocks who uses it, one thread at a time; sending and polling are for two
// of them.
class Bot {
 public:
  Bot(http_client::Url url, BotOptions options);

  Reply get_me();

  // At most 4096 characters. With `ask_phone` there is a button of this text that shares the user's phone.
  Reply send_message(int64_t chat, std::string_view text,
                     std::optional<std::string> ask_phone = std::nullopt);

  // What came since; `offset` confirms everything before it. Waits as long for something to come.
  struct Updates {
    Reply reply;  // kind ok, or why there are none
    std::vector<Update> updates;
  };
  Updates get_updates(int64_t offset, std::chrono::seconds wait);

  // Any thread.
  void stop() { client_.stop(); }
  std::string place() const { return client_.url().place(); }

 private:
  Reply call(std::string_view method, std::string body, std::chrono::milliseconds timeout);

  http_client::Client client_;
  const BotOptions options_;
};

inline constexpr size_t kTextCharactersMax = 4096;

}  // namespace provodka::telegram
