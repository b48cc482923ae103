#include "ledger/domain/subscriber/evolve.h"

namespace provodka::subscriber {
namespace {

uint32_t present(const World& world, const EventMeta& meta, std::string_view name) {
  const auto id = world.find_subscriber(meta.tenant, name);
  INVARIANT(id && !world.subscribers[*id].erased, "the subscriber is there and not erased", name);
  return *id;
}

}  // namespace

void evolve(World& world, const SubscriberRegistered& event, const EventMeta& meta) {
  INVARIANT(!world.find_subscriber(meta.tenant, event.subscriber.text), "a subscriber is registered once",
            event.subscriber.text);
  world.add_subscriber(
      {.name = {},
       .language = world.strings.add(event.language ? event.language->text : std::string_view()),
       .sealed = meta.sequence.value(),
       .tenant = meta.tenant.value(),
       .kind = event.kind,
       .first_account = kNone,
       .accounts = 0,
       .on_hold = 0,
       .erased = 0,
       .chat = 0,
       .reserved = 0},
      event.subscriber.text);
}

void evolve(World& world, const SubscriberChanged& event, const EventMeta& meta) {
  const uint32_t id = present(world, meta, event.subscriber.text);
  SubscriberRow& row = world.subscribers.change(id);
  INVARIANT(row.sealed == event.previous.value(), "a change knows the event that sealed before it",
            row.sealed, event.previous);
  row.sealed = meta.sequence.value();
  if (event.kind) row.kind = *event.kind;
  if (event.language) row.language = world.strings.add(event.language->text);
}

void evolve(World& world, const SubscriberHeld& event, const EventMeta& meta) {
  SubscriberRow& row = world.subscribers.change(present(world, meta, event.subscriber.text));
  INVARIANT((row.on_hold != 0) != event.on, "a legal hold is set or lifted", event.subscriber.text);
  row.on_hold = event.on;
}

void evolve(World& world, const SubscriberErased& event, const EventMeta& meta) {
  SubscriberRow& row = world.subscribers.change(present(world, meta, event.subscriber.text));
  INVARIANT(row.on_hold == 0, "nothing is erased under a legal hold", event.subscriber.text);
  row.erased = 1;
  row.sealed = 0;
  row.chat = 0;
}

}  // namespace provodka::subscriber
