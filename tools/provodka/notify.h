#pragma once

#include "adapters/notify_agent/carriers.h"
#include "adapters/notify_agent/linker.h"
#include "ledger/log/subscriber_keys.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace provodka::tools {

// The agent that writes to subscribers, as it is started apart from a server or in one.
struct NotifyOptions {
  std::string tenant;  // empty: the only one
  std::string modem, modem_user = "admin", modem_password_file;
  std::string telegram = "https://api.telegram.org", telegram_token_file, telegram_authority_file;
  uint32_t sms_per_minute = 10, telegram_per_second = 25;
  uint32_t modem_settle_s = 60, modem_poll_ms = 500, channel_away_s = 300, telegram_poll_s = 50;
};

// That agent with its carriers and the reader of its bot. What it is given must outlive it; `say` is called
// from its threads.
class Notifier {
 public:
  // Ends the program where an option cannot be.
  Notifier(log::EventSource&, const log::SubscriberKeys&, notify_agent::CommandSink&, const NotifyOptions&,
           std::function<void(const std::string&)> say);
  ~Notifier();

  const notify_agent::Agent& agent() const { return *agent_; }

 private:
  std::unique_ptr<notify_agent::PersonalData> personal_;
  std::vector<std::unique_ptr<notify_agent::Carrier>> carriers_;
  std::unique_ptr<telegram::Bot> reader_;
  std::unique_ptr<notify_agent::Agent> agent_;
  std::unique_ptr<notify_agent::Linker> linker_;
};

}  // namespace provodka::tools
