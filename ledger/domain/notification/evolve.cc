#include "ledger/domain/notification/evolve.h"

#include "ledger/domain/notification/lookup.h"
#include "ledger/domain/notification/text.h"

namespace provodka::notification {
namespace {

Progress progress_after(Outcome outcome) {
  switch (outcome) {
    case Outcome::sending:
      return Progress::sending;
    case Outcome::sent:
    case Outcome::delivered:
      return Progress::sent;
    case Outcome::failed:
      return Progress::failed;
    case Outcome::unknown:
      return Progress::unknown;
  }
  return Progress::unknown;
}

subscriber::SubscriberRow& subscriber_with_chat(World& world, Id name, const EventMeta& meta) {
  const auto id = world.find_subscriber(meta.tenant, name.text);
  INVARIANT(id && !world.subscribers[*id].erased, "a chat is of a subscriber that is there", name.text);
  return world.subscribers.change(*id);
}

}  // namespace

void evolve(World& world, const TemplateSaved& event, const EventMeta& meta) {
  uint32_t id = template_in(world, meta.tenant, event.template_.text, event.language.text);
  if (id == kNone) {
    id = world.add_template({.name = {},
                             .language = world.strings.add(event.language.text),
                             .tenant = meta.tenant.value(),
                             .version = 0,
                             .fields = 0,
                             .trigger = 0,
                             .next = kNone,
                             .first = 0},
                            event.template_.text);
  }
  TemplateRow& row = world.templates.change(id);
  ++row.version;
  INVARIANT(row.version == event.version, "the versions of a template count from 1", event.template_.text,
            row.version, event.version);
  row.fields = bits_of(event.fields);
  row.trigger = event.trigger ? static_cast<uint32_t>(*event.trigger) + 1 : 0;
}

// When subscribers are written to is an agent's affair, which has it from the events.
void evolve(World&, const MessagesConfigured&, const EventMeta&) {}

void evolve(World& world, const MessageRequested& event, const EventMeta& meta) {
  const auto subscriber = world.find_subscriber(meta.tenant, event.subscriber.text);
  INVARIANT(subscriber && !world.subscribers[*subscriber].erased,
            "a message is for a subscriber that is there", event.subscriber.text);
  const uint32_t of = template_in(world, meta.tenant, event.template_.text, event.language.text);
  INVARIANT(of != kNone && world.templates[of].version == event.version,
            "a message is of a template's newest version", event.template_.text, event.version);
  world.add_message({.sequence = meta.sequence.value(),
                     .tenant = meta.tenant.value(),
                     .subscriber = *subscriber,
                     .attempt = 0,
                     .channel = Channel::telegram,
                     .progress = Progress::requested,
                     .reserved = 0});
}

void evolve(World& world, const MessageReported& event, const EventMeta& meta) {
  const auto id = world.find_message(meta.tenant, event.message);
  INVARIANT(id, "a recorded report is of a message that was open", event.message);
  const uint32_t begun = world.messages[*id].attempt;
  const bool begins = event.outcome == Outcome::sending;
  INVARIANT(begins ? event.attempt == begun + 1 && event.channel : event.attempt <= begun,
            "attempts count from 1", event.message, event.attempt, begun);
  INVARIANT(!(begins && event.final_), "an attempt that begins does not settle the message", event.message);
  if (event.final_) return world.close_message(*id);
  MessageRow& row = world.messages.change(*id);
  if (begins) {
    row.attempt = event.attempt;
    row.channel = *event.channel;
  }
  row.progress = progress_after(event.outcome);
}

void evolve(World& world, const TelegramLinked& event, const EventMeta& meta) {
  subscriber_with_chat(world, event.subscriber, meta).chat = 1;
}

void evolve(World& world, const TelegramUnlinked& event, const EventMeta& meta) {
  subscriber::SubscriberRow& row = subscriber_with_chat(world, event.subscriber, meta);
  INVARIANT(row.chat != 0, "a chat is unlinked that was linked", event.subscriber.text);
  row.chat = 0;
}

}  // namespace provodka::notification
