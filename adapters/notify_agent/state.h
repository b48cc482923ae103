#pragma once

#include "adapters/notify_agent/render.h"
#include "ledger/codec/event_codec.h"
#include "ledger/core/zone.h"

#include <array>
#include <compare>
#include <map>
#include <memory>
#include <optional>
#include <set>
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
  std::string mark;     // what the intent of the present attempt said of the channel
  uint32_t by_sms = 0;  // the attempt that went out by SMS, and of which the network may yet report; 0: none
};

inline constexpr int64_t kReceiptWaitUs = micros_per_day;  // so long the network may report of an SMS

struct SmsAttempt {
  uint64_t message = 0;
  uint32_t attempt = 0;
  friend auto operator<=>(const SmsAttempt&, const SmsAttempt&) = default;
};

struct Subscriber {
  std::vector<Position> sealed_at;  // of the events that sealed something, in order
  Position chat_at;                 // of the newest link of a chat; zero: none
  std::string account;              // the first one
  bool erased = false;
  Date day;             // of the tenant
  uint32_t of_day = 0;  // messages that were begun on it
};

// What happened, or is about to, that a template wants told. The command that asks for the message is named
// after it, so that no cause is told twice.
struct Cause {
  Trigger trigger;
  std::string key;  // what tells it from others of the trigger: the event's sequence, or account and day
  Instant time;
  std::string template_name;
  std::vector<std::string> to;  // subscribers that were not told yet
  bool to_each = false;         // there may be several, so that their names are part of the id
  FieldValues fields;
  std::string command_id(const std::string& subscriber) const;
};

// An account that will not have the money for a charge, as the ledger foresees it.
struct Shortfall {
  std::string account;
  Date on;
  std::string missing;  // with its currency
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
  bool unlinks_blocked() const { return unlinks_blocked_; }
  Date local_date(Instant) const;
  // The minutes that the tenant's clock shows.
  uint32_t minute_of_day(Instant) const;

  // Causes that no message was asked for yet, oldest first. What happened long before the newest event is
  // dropped, as nobody wants to be told then.
  const std::map<uint64_t, Cause>& causes() const { return causes_; }
  void drop_cause(uint64_t sequence) { causes_.erase(sequence); }

  // Up to when charges are looked at that are told ahead, from this day on; nullopt: no template wants that.
  std::optional<Instant> charges_through(Date today) const;
  // What is to be told of a shortfall; nullopt: nobody, or it was told.
  std::optional<Cause> cause_of(const Shortfall&, Date today, Instant now) const;

  // What a report of this number to one of these is of: of what was sent before it and may yet be reported
  // on, the one that went out first. It may be a part of a text of which another part was reported.
  std::optional<SmsAttempt> reported_by(uint64_t number, const std::vector<std::string>& whose,
                                        Instant now) const;
  // The message of an attempt of which the first report still says something; nullptr: it is done with.
  const Message* awaiting_report(SmsAttempt) const;
  // Takes note of a report of which the journal says nothing. It is forgotten with the process: then more
  // reports are taken for parts of the text that this one is a part of, and never fewer.
  void read_report(uint64_t number, std::optional<SmsAttempt> of, Instant now);
  // The newest report on the stick that was read, as the stick counts them.
  uint64_t receipts_through() const { return receipts_through_; }

 private:
  struct Account {
    std::string subscriber;
    Money balance;
    uint64_t told_cause = 0;  // of the last change of access: which command, and which way
    Date told_due;            // the day of the last charge that was told ahead
  };
  struct Triggered {  // whose a trigger is
    std::string name;
    std::set<std::string> languages;  // that were saved with it
  };
  // An SMS that went out, and of which the network may report: once, or once for each part.
  struct Sms {
    std::string subscriber;
    uint64_t mark = 0;  // of the stick, before it
    uint32_t parts = 1, reports = 0;
    Instant sent, until;
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
  void on(const notification::TelegramUnlinked&, const codec::EventHeader&, Position);
  void on(const promise::PromiseEnded&, const codec::EventHeader&, Position);
  void on(const billing::RunCompleted&, const codec::EventHeader&, Position);
  void notes(Trigger, std::string_view account, const Money* amount, Date, const codec::EventHeader&);
  // Takes note of a message that was asked for by this command.
  void told(std::string_view cause, std::string_view subscriber);
  bool is_there(const std::string& subscriber) const;
  void follow_sms(Message&, const notification::MessageReported&, Instant);

  std::string tenant_, zone_, locale_;
  int64_t cause_age_us_max_;
  Zone clock_;
  Sequence sequence_;
  std::unordered_map<std::string, Subscriber> subscribers_;
  std::unordered_map<std::string, Account> accounts_;                 // those of subscribers
  std::map<std::string, std::shared_ptr<const Template>> templates_;  // by name and language
  std::map<Trigger, Triggered> triggers_;
  std::map<uint64_t, Message> open_;
  std::map<uint64_t, Cause> causes_;
  std::optional<notification::QuietHours> quiet_hours_;
  uint32_t per_day_ = 0, charge_due_days_ = notification::kChargeDueDays;
  bool unlinks_blocked_ = false;
  std::vector<std::string> staff_;
  std::map<SmsAttempt, Sms> sms_;
  uint64_t receipts_through_ = 0, outbox_mark_ = 0;
};

// What the intent of an attempt by SMS says of the stick, and a report of what became of one: the number that
// the stick gave its newest message, or the report.
inline constexpr std::string_view kMark = "after outbox ", kReceipt = "report ";
std::optional<uint64_t> number_in(std::string_view text, std::string_view behind);

// How many parts an SMS had, as the journal says at the end of what it says of it: "2 parts".
std::string parts_in_words(uint32_t parts);
// One, where it says nothing of it.
uint32_t parts_in(std::string_view detail);

}  // namespace provodka::notify_agent
