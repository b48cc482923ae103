#pragma once

#include "adapters/notify_agent/agent.h"
#include "adapters/telegram/bot.h"

namespace provodka::notify_agent {

// What the bot says by itself, outside of the journal.
struct BotTexts {
  std::string ask, button, linked, unknown;
  // In the language of a locale, where there is one; else in English.
  static BotTexts in(std::string_view locale);
};

// Reads what users write to the bot, by a thread of its own. Who shares his own phone, and is a subscriber
// with that phone, has his chat linked; what anybody writes says that he has read what was sent there before.
// An update is confirmed to Telegram once it is done, so that none is lost; one that comes twice has the same
// command's id.
class Linker {
 public:
  // All must outlive it; the bot is for this alone.
  Linker(telegram::Bot&, Agent&, CommandSink&, std::function<void(std::string)> warn,
         std::chrono::seconds poll = std::chrono::seconds(50));
  ~Linker();
  void stop();

 private:
  void run();
  // False where it has to be tried again.
  bool take(const telegram::Update&);
  bool link(const telegram::Update&, const BotTexts&);

  telegram::Bot& bot_;
  Agent& agent_;
  CommandSink& sink_;
  const std::function<void(std::string)> warn_;
  const std::chrono::seconds poll_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace provodka::notify_agent
