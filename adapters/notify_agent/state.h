#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/core/zone.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

// What an agent that writes to a tenant's subscribers has to know, folded from the events alone. No I/O, and
// nothing personal: of that it knows where in the log it stands sealed.
namespace provodka::notify_agent {

using notification::Channel;
using notification::Outcome;
using notification::Trigger;
inline constexpr size_t kChannels = 2;

struct Template {
  std::string text;
  std::vector<Channel> channels;
  uint32_t minutes = 0;  // of silence before the next channel; 0: only a failure leads there
};

// A failed attempt of which the detail begins so was refused before anything could go out, and for a reason
// that passes: the same channel is tried again.
inline constexpr std::string_view kNotNow = "not now: ";

enum class Progress { requested, sending, sent, failed, unknown };

// A message of which more is expected.
struct Message {
  uint64_t sequence = 0;
  std::string subscriber, template_name;
  std::shared_ptr<const Template> of;  // as it was when the message was asked for
  std::string sealed;                  // the fields that came with it; may be empty
  Instant requested;
  Instant changed;  // when the present attempt got where it is
  uint32_t attempt = 0;
  Channel channel = Channel::telegram;  // of the present attempt
  Progress progress = Progress::requested;
  bool again = false;  // failed, but only for now
  std::array<uint32_t, kChannels> tries{};
  std::string mark;  // what the intent of the present attempt said of the channel
};

struct Subscriber {
  std::vector<Position> sealed_at;  // of the events that sealed something, in order
  Position chat_at;                 // of the newest link of a chat; zero: none
  std::string account;              // the first one
  bool erased = false;
  Date day;             // of the tenant
  uint32_t of_day = 0;  // messages that were begun on it
};

// What happened that a template wants told. The command that asks for the message is named after it, so that
// no cause is told twice.
struct Cause {
  Trigger trigger;
  uint64_t sequence = 0;
  Instant time;
  std::string subscriber, template_name, account, amount, balance, date;
  std::string command_id() const;
};

class State {
 public:
  // Empty: the only tenant of the log.
  explicit State(std::string tenant, int64_t cause_age_s_max = 24 * 3600)
      : tenant_(std::move(tenant)), cause_age_us_max_(cause_age_s_max * micros_per_second) {}

  // A fault: no tenant was named, and there is a second one.
  Result<void> fold(const codec::EventHeader&, const Event&, Position);

  const std::string& tenant() const { return tenant_; }
  const std::string& zone() const { return zone_; }
  const std::string& locale() const { return locale_; }
  // The last event of the tenant that was folded.
  Sequence sequence() const { return sequence_; }

  const std::map<uint64_t, Message>& open() const { return open_; }
  const Subscriber* subscriber(const std::string& name) const;
  // The balance of an account with its currency, as people read it; empty where there is none.
  std::string balance(const std::string& account) const;
  const std::optional<notification::QuietHours>& quiet_hours() const { return quiet_hours_; }
  uint32_t per_day() const { return per_day_; }  // 0: not limited
  Date local_date(Instant) const;
  // The minutes of the tenant's clock; on a day on which the clocks are changed they are right after that.
  uint32_t minute_of_day(Instant) const;

  // Causes that no message was asked for yet, oldest first. What happened long before the newest event is
  // dropped, as nobody wants to be told then.
  const std::map<uint64_t, Cause>& causes() const { return causes_; }
  void drop_cause(uint64_t sequence) { causes_.erase(sequence); }

 private:
  struct Account {
    std::string subscriber;
    Money balance;
    uint64_t told_cause = 0;  // of the last change of access: which command, and which way
  };

  template <class E>
  void on(const E&, const codec::EventHeader&, Position) {}
  void on(const tenant::TenantCreated&, const codec::EventHeader&, Position);
  void on(const account::AccountOpened&, const codec::EventHeader&, Position);
  void on(const subscriber::SubscriberRegistered&, const codec::EventHeader&, Position);
  void on(const subscriber::SubscriberChanged&, const codec::EventHeader&, Position);
  void on(const subscriber::SubscriberErased&, const codec::EventHeader&, Position);
  void on(const notification::TelegramLinked&, const codec::EventHeader&, Position);
  void on(const notification::TemplateSaved&, const codec::EventHeader&, Position);
  void on(const notification::MessagesConfigured&, const codec::EventHeader&, Position);
  void on(const notification::MessageRequested&, const codec::EventHeader&, Position);
  void on(const notification::MessageReported&, const codec::EventHeader&, Position);
  void on(const payment::PaymentReceived&, const codec::EventHeader&, Position);
  void on(const payment::PaymentAssigned&, const codec::EventHeader&, Position);
  void on(const access::AccessChanged&, const codec::EventHeader&, Position);
  void on(const promise::PromiseEnded&, const codec::EventHeader&, Position);
  void notes(Trigger, std::string_view account, const Money* amount, Date, const codec::EventHeader&);

  std::string tenant_, zone_, locale_;
  int64_t cause_age_us_max_;
  Zone clock_;
  Sequence sequence_;
  std::unordered_map<std::string, Subscriber> subscribers_;
  std::unordered_map<std::string, Account> accounts_;                 // those of subscribers
  std::map<std::string, std::shared_ptr<const Template>> templates_;  // by name and language
  std::map<Trigger, std::string> triggers_;                           // whose template it is
  std::map<uint64_t, Message> open_;
  std::map<uint64_t, Cause> causes_;
  std::optional<notification::QuietHours> quiet_hours_;
  uint32_t per_day_ = 0;
};

}  // namespace provodka::notify_agent
