#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"
#include "ledger/core/time_of_day.h"
#include "ledger/domain/notification/fields.h"
#include "ledger/domain/notification/state.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::notification {

BOOST_DESCRIBE_ENUM(Channel, telegram, sms)
BOOST_DESCRIBE_ENUM(Trigger, charge_due, blocked, unblocked, payment_received, promise_expires, run_report)

using Channels = boost::container::small_vector<Channel, 2>;
using TemplateText = Text<2000>;

// Saves the text of a template in one language, over the one before. Fields stand in braces: {name}.
struct SaveTemplate {
  static constexpr std::string_view type = "message.template";
  Id template_;
  Id language;  // BCP 47
  TemplateText text;
  std::optional<Trigger> trigger;
  std::optional<Channels> channels;  // in the order in which they are tried; left out: Telegram, then SMS
  // Without a delivery for so long, the next channel is tried; 0 or left out: only after a failure.
  std::optional<uint32_t> fall_through_minutes;
};
BOOST_DESCRIBE_STRUCT(SaveTemplate, (), (template_, language, text, trigger, channels, fall_through_minutes))

// From..to of each day by the tenant's clock, as a subscriber has no zone of his own; past midnight where
// `to` is before `from`; both the same: none.
struct QuietHours {
  TimeOfDay from;
  TimeOfDay to;
};
BOOST_DESCRIBE_STRUCT(QuietHours, (), (from, to))

inline constexpr uint32_t kChargeDueDays = 3, kChargeDueDaysMax = 60;
inline constexpr size_t kStaffMax = 50;
using Staff = boost::container::small_vector<Id, 4>;

// When, of what and how much a tenant's people are written to. A limit that is left out is none.
struct ConfigureMessages {
  static constexpr std::string_view type = "message.configure";
  QuietHours quiet_hours;
  std::optional<uint32_t> per_day;          // to one subscriber
  std::optional<uint32_t> charge_due_days;  // so long before a charge `charge_due` is told; left out: three
  std::optional<Staff> staff;          // who gets `run_report`: subscribers, so that their phones are sealed
  std::optional<bool> unlink_blocked;  // a chat in which the bot was blocked is linked no more
};
BOOST_DESCRIBE_STRUCT(ConfigureMessages, (), (quiet_hours, per_day, charge_due_days, staff, unlink_blocked))

struct SendMessage {
  static constexpr std::string_view type = "message.send";
  Id subscriber;
  Id template_;
  std::optional<Fields> fields;
};
BOOST_DESCRIBE_STRUCT(SendMessage, (), (subscriber, template_, fields))

// `sending` is the intent of an attempt, recorded before it is made; the others say what became of one.
// `unknown`: it was interrupted, and nobody knows whether it went out.
enum class Outcome : unsigned char { sending, sent, delivered, failed, unknown };
BOOST_DESCRIBE_ENUM(Outcome, sending, sent, delivered, failed, unknown)

struct ReportMessage {
  static constexpr std::string_view type = "message.report";
  Sequence message;
  Outcome outcome;
  std::optional<Channel> channel;   // of the attempt
  std::optional<uint32_t> attempt;  // counted from 1; left out: the present one, or the next to begin
  std::optional<bool> final_;       // nothing more is to be expected of the message
  std::optional<Reason> detail;     // says nothing personal
};
BOOST_DESCRIBE_STRUCT(ReportMessage, (), (message, outcome, channel, attempt, final_, detail))

// A chat in which a subscriber may be written to. The agent has compared the phone that Telegram vouches for
// with the subscriber's own.
struct LinkTelegram {
  static constexpr std::string_view type = "telegram.link";
  Id subscriber;
  Text<20> chat;  // the Bot API's chat id, in decimal
  Text<32> phone;
};
BOOST_DESCRIBE_STRUCT(LinkTelegram, (), (subscriber, chat, phone))

// The subscriber is written to by Telegram no more, until a chat is linked again.
struct UnlinkTelegram {
  static constexpr std::string_view type = "telegram.unlink";
  Id subscriber;
  std::optional<Reason> reason;  // says nothing personal
};
BOOST_DESCRIBE_STRUCT(UnlinkTelegram, (), (subscriber, reason))

}  // namespace provodka::notification
