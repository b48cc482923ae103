#pragma once

#include "adapters/notify_agent/address_book.h"
#include "adapters/notify_agent/outside.h"
#include "adapters/notify_agent/plan.h"
#include "ledger/log/event_source.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

namespace provodka::notify_agent {

struct AgentOptions {
  std::string tenant;  // empty: the only one
  uint32_t sms_per_minute = 10;
  uint32_t telegram_per_second = 25;
  std::chrono::seconds age_max{24 * 3600};          // of a cause, and of a message that was never begun
  std::chrono::milliseconds channel_away{300'000};  // after so long without it, the next channel is taken
  std::chrono::milliseconds pause_min{500}, pause_max{60'000};  // between looks at a channel that is away
  std::chrono::milliseconds receipts_each{10'000};              // between looks for what the network reports
  std::chrono::seconds finish{10};                              // for what is under way when it is stopped
  Outlook* outlook = nullptr;  // must outlive it; none: nothing is told ahead
  std::function<void(std::string)> warn;
};

// Writes to the subscribers of one tenant, as the log wants it. See the README for what it promises. The
// threads: one follows the log, one plans, one looks ahead, one for each carrier.
class Agent {
 public:
  // What is given must outlive it; of each channel there is at most one carrier.
  Agent(log::EventSource&, PersonalData&, CommandSink&, std::vector<Carrier*>, AgentOptions);
  ~Agent();
  Agent(const Agent&) = delete;

  // Waits until the log has been read to where it ended at the start. False: it was stopped, or has failed.
  bool wait_until_caught_up();
  bool caught_up() const;
  // Why it has ended by itself; empty while it has not.
  std::string failure() const;
  void stop();

  // For whoever links chats. Valid after wait_until_caught_up().
  const std::string& tenant() const { return state_.tenant(); }
  const std::string& locale() const { return state_.locale(); }
  // Those who have this phone, in E.164.
  Result<std::vector<std::string>> who_has(const std::string& phone);
  // The user of this chat wrote there then, by Telegram's clock: what was sent there before is delivered.
  void chat_was_read(const std::string& chat, int64_t date_s);

 private:
  struct Job {
    Message message;
    Channel channel = Channel::telegram;
    bool last = false, settles = false;  // settles: it was interrupted, and is to be looked into
    std::string to, text;
  };
  struct InChat {  // what was sent to a chat and may yet be read
    uint64_t message;
    uint32_t attempt;
    int64_t date_s;  // by Telegram's clock
  };
  struct Lane {  // of one carrier; the mutex guards it
    explicit Lane(Carrier* c) : carrier(c) {}
    Carrier* carrier;
    RateLimit limit;
    std::optional<Job> job;
    std::optional<std::chrono::steady_clock::time_point> away_since, look_again;
    std::chrono::milliseconds pause{0};
    std::chrono::steady_clock::time_point receipts_at;  // the next look for what the network reports
    std::thread thread;
  };

  void follow();
  Result<void> take_frame(const log::Frame&, Position from);
  void plan();
  void plan_once();
  // False where it was stopped before the ledger had answered.
  bool ask_for(const Cause&);
  void look_ahead();
  // False where the message needs its lane and that is not free.
  bool take_up(const Message&);
  void look_into(const Message&);
  void work(Lane&);
  void carry(Lane&, const Job&);
  void settle(Lane&, const Job&);
  void tell(Lane&, const Job&, const Sent&, uint32_t attempt);
  void unlink(const Message&, uint32_t attempt, const std::string& why);
  void collect(Lane&);
  Result<void> take_receipt(const Receipt&);
  // Posts a report, and waits until it is folded. False where it is not recorded.
  bool report(const Message&, Outcome, std::optional<Channel>, std::optional<uint32_t> attempt, bool final,
              std::string detail);
  Result<std::string> text_for(const Message&, const Recipient&);
  Result<Recipient> recipient_of(const Message&);
  Lane* lane_of(Channel);
  bool is_away(const Lane&) const;
  ChannelSet reachable_by(const Recipient&);
  void release(uint64_t message, std::chrono::milliseconds hold);
  void fails(std::string why);
  void warn(const std::string& text) const;

  log::EventSource& source_;
  CommandSink& sink_;
  const AgentOptions options_;
  AddressBook book_;
  const std::string run_;  // a name of this run, so that what another one records is told from it
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_;
  bool caught_up_ = false, stopping_ = false;
  bool looked_into_ = false;  // what was cut off before this run is settled, or with its carrier
  std::string failure_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  // Messages that are not looked at: under way, or held until then.
  std::map<uint64_t, std::chrono::steady_clock::time_point> taken_;
  std::map<uint64_t, Channel> waits_for_;       // the lane that a message needs, as it was found out
  std::multimap<std::string, InChat> sent_to_;  // by chat
  std::set<std::string> warned_;
  std::deque<Cause> ahead_;  // what is to be told of charges that are due
  std::thread follower_, planner_, ahead_looker_;
};

}  // namespace provodka::notify_agent
