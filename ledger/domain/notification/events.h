#pragma once

#include "ledger/core/arena.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"
#include "ledger/domain/notification/commands.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::notification {

// base64 of nonce || XChaCha20-Poly1305(JSON), with the additional data "<tenant>/<subscriber>".
using Sealed = Text<8192>;

struct TemplateSaved {
  static constexpr std::string_view type = "message.template_saved.v1";
  Id template_;
  Id language;
  uint32_t version;  // of the text in this language, counted from 1
  TemplateText text;
  boost::container::small_vector<Id, 4> fields;  // that the text names, once each
  std::optional<Trigger> trigger;
  Channels channels;
  std::optional<uint32_t> fall_through_minutes;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TemplateSaved, (),
                      (template_, language, version, text, fields, trigger, channels, fall_through_minutes,
                       effective))

// Before there were triggers that look ahead, and staff.
struct MessagesConfiguredV1 {
  static constexpr std::string_view type = "message.configured.v1";
  QuietHours quiet_hours;
  std::optional<uint32_t> per_day;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(MessagesConfiguredV1, (), (quiet_hours, per_day, effective))

// The whole of it, as it is from now on.
struct MessagesConfigured {
  static constexpr std::string_view type = "message.configured.v2";
  QuietHours quiet_hours;
  std::optional<uint32_t> per_day;
  uint32_t charge_due_days;
  Staff staff;
  bool unlink_blocked;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(MessagesConfigured, (),
                      (quiet_hours, per_day, charge_due_days, staff, unlink_blocked, effective))

inline MessagesConfigured upcast(const MessagesConfiguredV1& old, Arena&) {
  return {.quiet_hours = old.quiet_hours,
          .per_day = old.per_day,
          .charge_due_days = kChargeDueDays,
          .staff = {},
          .unlink_blocked = false,
          .effective = old.effective};
}

// Its sequence is the message's id. `sealed` is the JSON of a SealedFields, where the command had fields.
struct MessageRequested {
  static constexpr std::string_view type = "message.requested.v1";
  Id subscriber;
  Id template_;
  Id language;
  uint32_t version;
  std::optional<Sealed> sealed;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(MessageRequested, (), (subscriber, template_, language, version, sealed, effective))

// A line of the journal. With `final` the message is settled.
struct MessageReported {
  static constexpr std::string_view type = "message.reported.v1";
  Sequence message;
  Id subscriber;
  Outcome outcome;
  uint32_t attempt;  // 0: none was begun
  std::optional<Channel> channel;
  bool final_;
  std::optional<Reason> detail;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(MessageReported, (),
                      (message, subscriber, outcome, attempt, channel, final_, detail, effective))

// `sealed` is the JSON of a SealedChat. The newest of a subscriber holds.
struct TelegramLinked {
  static constexpr std::string_view type = "telegram.linked.v1";
  Id subscriber;
  Sealed sealed;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TelegramLinked, (), (subscriber, sealed, effective))

struct TelegramUnlinked {
  static constexpr std::string_view type = "telegram.unlinked.v1";
  Id subscriber;
  std::optional<Reason> reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TelegramUnlinked, (), (subscriber, reason, effective))

}  // namespace provodka::notification
