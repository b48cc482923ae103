#include "ledger/domain/notification/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/notification/lookup.h"
#include "ledger/domain/notification/rejection.h"
#include "ledger/domain/notification/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::notification {
namespace {

Decided<Channels> channels_of(const SaveTemplate& command) {
  if (!command.channels) return Channels{Channel::telegram, Channel::sms};
  const Channels& channels = *command.channels;
  for (auto it = channels.begin(); it != channels.end(); ++it) {
    if (std::find(it + 1, channels.end(), *it) != channels.end())
      return reject(bad_channels, "/data/channels", fmt::format("{} is there twice", enum_name(*it)));
  }
  if (channels.empty()) return reject(bad_channels, "/data/channels");
  return channels;
}

// The name of a field that the text has, that only the sender knows, and that the command leaves out.
std::string_view missing_field(uint32_t fields_of_text, const std::optional<Fields>& given) {
  std::string_view missing;
  uint32_t bit = 1;
  for_each_member<Fields>([&](std::string_view name, auto member) {
    const bool needed = fields_of_text & kOfTheSender & bit;
    if (needed && missing.empty() && !(given && ((*given).*member).has_value())) missing = name;
    bit <<= 1;
  });
  return missing;
}

bool is_whole_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= 19 && text.front() != '0' &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The next attempt, which begins only once it is known what became of the one before: what may have gone out
// is never sent again blindly.
Decided<uint32_t> attempt_to_begin(const MessageRow& row, const ReportMessage& command) {
  if (command.final_.value_or(false)) return reject(sending_not_final, "/data/final");
  if (!command.channel) return reject(channel_required, "/data/channel");
  if (row.progress == Progress::sending || row.progress == Progress::unknown) {
    return reject(attempt_unsettled, "/data/outcome",
                  fmt::format("the outcome of attempt {} by {} is {}", row.attempt, enum_name(row.channel),
                              row.progress == Progress::sending ? "not reported" : "unknown"));
  }
  if (command.attempt && *command.attempt != row.attempt + 1) {
    return reject(attempt_out_of_order, "/data/attempt", fmt::format("attempt {} is next", row.attempt + 1));
  }
  return row.attempt + 1;
}

// The attempt that an outcome is of. Only a delivery may still come of one that another has followed.
Decided<uint32_t> attempt_with_outcome(const MessageRow& row, const ReportMessage& command) {
  const uint32_t attempt = command.attempt.value_or(row.attempt);
  const bool of_present = attempt == row.attempt;
  const bool was_made = attempt > 0 && attempt <= row.attempt;
  // What was sent by hand, or cannot be sent by any channel, has an outcome without an attempt.
  const bool fits = of_present ? was_made || command.outcome != Outcome::unknown
                               : was_made && command.outcome == Outcome::delivered;
  if (!fits) {
    return reject(attempt_out_of_order, "/data/attempt", fmt::format("attempts were begun: {}", row.attempt));
  }
  if (of_present && was_made && command.channel && *command.channel != row.channel)
    return reject(attempt_out_of_order, "/data/channel",
                  fmt::format("attempt {} is by {}", attempt, enum_name(row.channel)));
  return attempt;
}

// Saying the same again is of use only where it settles the message.
bool says_something(const MessageRow& row, const ReportMessage& command, bool settles) {
  switch (command.outcome) {
    case Outcome::sending:
    case Outcome::delivered:
      return true;
    case Outcome::sent:
      return settles || row.progress != Progress::sent;
    case Outcome::failed:
      return settles || row.progress != Progress::failed;
    case Outcome::unknown:
      return row.progress == Progress::sending || (settles && row.progress == Progress::unknown);
  }
  return false;
}

}  // namespace

Decided<Decision> decide(const World& world, const SaveTemplate& command, const Context& context) {
  const auto fields = fields_in(command.text.text, "/data/text");
  if (!fields) return std::unexpected(fields.error());
  const auto channels = channels_of(command);
  if (!channels) return std::unexpected(channels.error());
  if (command.trigger) {
    const uint32_t other =
        other_with_trigger(world, context.tenant, *command.trigger, command.template_.text);
    if (other != kNone) {
      return reject(trigger_taken, "/data/trigger",
                    fmt::format("{} is template {}'s", enum_name(*command.trigger),
                                world.strings[world.templates[other].name]));
    }
  }
  const uint32_t before = template_in(world, context.tenant, command.template_.text, command.language.text);
  const uint32_t minutes = command.fall_through_minutes.value_or(0);
  return accept(TemplateSaved{.template_ = command.template_,
                              .language = command.language,
                              .version = before == kNone ? 1 : world.templates[before].version + 1,
                              .text = command.text,
                              .fields = *fields,
                              .trigger = command.trigger,
                              .channels = *channels,
                              .fall_through_minutes = minutes > 0 ? std::optional(minutes) : std::nullopt,
                              .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ConfigureMessages& command, const Context& context) {
  const uint32_t days = command.charge_due_days.value_or(kChargeDueDays);
  if (days == 0 || days > kChargeDueDaysMax) return reject(bad_days, "/data/charge_due_days");
  const Staff staff = command.staff.value_or(Staff());
  if (staff.size() > kStaffMax) return reject(bad_staff, "/data/staff");
  for (auto it = staff.begin(); it != staff.end(); ++it) {
    if (const auto known = present_subscriber(world, context, *it, "/data/staff"); !known)
      return std::unexpected(known.error());
    if (std::find(it + 1, staff.end(), *it) != staff.end())
      return reject(bad_staff, "/data/staff", fmt::format("{} is there twice", it->text));
  }
  return accept(MessagesConfigured{.quiet_hours = command.quiet_hours,
                                   .per_day = command.per_day,
                                   .charge_due_days = days,
                                   .staff = staff,
                                   .unlink_blocked = command.unlink_blocked.value_or(false),
                                   .effective = context.effective});
}

Decided<Decision> decide(const World& world, const SendMessage& command, const Context& context) {
  const auto subscriber = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!subscriber) return std::unexpected(subscriber.error());
  const auto first = world.find_template(context.tenant, command.template_.text);
  if (!first) {
    return reject(unknown_template, "/data/template",
                  fmt::format("there is no template {}", command.template_.text));
  }
  const TemplateRow& row = world.templates[template_for(world, *first, world.subscribers[*subscriber])];
  if (const auto missing = missing_field(row.fields, command.fields); !missing.empty()) {
    return reject(
        field_missing, "/data/fields",
        fmt::format("{} in {} has {{{}}}", command.template_.text, world.strings[row.language], missing));
  }
  return accept(
      MessageRequested{.subscriber = command.subscriber,
                       .template_ = command.template_,
                       .language = {world.strings[row.language]},
                       .version = row.version,
                       .sealed = command.fields ? std::optional(Sealed{context.sealed}) : std::nullopt,
                       .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ReportMessage& command, const Context& context) {
  if (command.message.value() > world.tenant(context.tenant).events) {
    return reject(unknown_message, "/data/message",
                  fmt::format("the tenant's last event is {}", world.tenant(context.tenant).events));
  }
  const auto id = world.find_message(context.tenant, command.message);
  if (!id)
    return reject(message_settled, "/data/message", "it is settled, or the event with this sequence is none");
  const MessageRow& row = world.messages[*id];
  const bool begins = command.outcome == Outcome::sending;
  const auto attempt = begins ? attempt_to_begin(row, command) : attempt_with_outcome(row, command);
  if (!attempt) return std::unexpected(attempt.error());
  const bool settles = command.outcome == Outcome::delivered || command.final_.value_or(false);
  if (!says_something(row, command, settles)) return reject(outcome_known, "/data/outcome");
  const bool of_present = !begins && *attempt > 0 && *attempt == row.attempt;
  return accept(MessageReported{.message = command.message,
                                .subscriber = {world.strings[world.subscribers[row.subscriber].name]},
                                .outcome = command.outcome,
                                .attempt = *attempt,
                                .channel = of_present ? std::optional(row.channel) : command.channel,
                                .final_ = settles,
                                .detail = command.detail,
                                .effective = context.effective});
}

Decided<Decision> decide(const World& world, const LinkTelegram& command, const Context& context) {
  const auto id = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!id) return std::unexpected(id.error());
  if (!is_whole_number(command.chat.text)) return reject(chat_not_a_number, "/data/chat");
  if (const auto checked = check_phone(command.phone.text, "/data/phone"); !checked)
    return std::unexpected(checked.error());
  return accept(TelegramLinked{
      .subscriber = command.subscriber, .sealed = {context.sealed}, .effective = context.effective});
}

Decided<Decision> decide(const World& world, const UnlinkTelegram& command, const Context& context) {
  const auto id = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!id) return std::unexpected(id.error());
  if (world.subscribers[*id].chat == 0) return reject(chat_not_linked, "/data/subscriber");
  return accept(TelegramUnlinked{
      .subscriber = command.subscriber, .reason = command.reason, .effective = context.effective});
}

}  // namespace provodka::notification
