#include "ledger/domain/account/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::account {

void evolve(World& world, const AccountOpened& event, const EventMeta& meta) {
  INVARIANT(!world.find_account(meta.tenant, event.account.text), "an account is opened once",
            event.account.text);
  const AccountId id =
      world.add_account({.name = {},
                         .label = world.strings.add(event.label ? event.label->text : std::string_view()),
                         .balance_minor = 0,
                         .credit_limit_minor = event.credit_limit.minor,
                         .version = meta.sequence.value(),
                         .tenant = meta.tenant.value(),
                         .status = Status::open,
                         .first_point = kNone,
                         .points_on = 1,
                         .first_subscription = kNone,
                         .arrangement = kNone},
                        event.account.text);
  const PointId point = world.add_point({.name = {},
                                         .device = {},
                                         .address = {},
                                         .account = id.value(),
                                         .next = kNone,
                                         .version = 0,
                                         .first_block = kNone,
                                         .reported = 0,
                                         .removed = 0,
                                         .known_by = 0},
                                        meta.tenant, event.point.text);
  world.accounts.change(id.value()).first_point = point.value();
  ++world.tenants.change(meta.tenant.value()).accounts;
  if (!event.subscriber) return;
  const auto whose = world.find_subscriber(meta.tenant, event.subscriber->text);
  INVARIANT(whose && !world.subscribers[*whose].erased, "an account is opened for a subscriber that is there",
            event.subscriber->text);
  subscriber::SubscriberRow& row = world.subscribers.change(*whose);
  row.first_account = world.subscriber_accounts.append({.account = id.value(), .next = row.first_account});
  ++row.accounts;
}

void evolve(World& world, const CreditLimitSet& event, const EventMeta& meta) {
  const AccountId id = touch_account(world, meta, event.account.text);
  world.accounts.change(id.value()).credit_limit_minor = event.credit_limit.minor;
}

void evolve(World& world, const AccountRelabelled& event, const EventMeta& meta) {
  const AccountId id = touch_account(world, meta, event.account.text);
  world.accounts.change(id.value()).label = world.strings.add(event.label.text);
}

void evolve(World& world, const AccountPaidOut& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

void evolve(World& world, const AccountClosed& event, const EventMeta& meta) {
  const AccountId id = touch_account(world, meta, event.account.text);
  AccountRow& row = world.accounts.change(id.value());
  INVARIANT(row.balance_minor == 0 && row.status == Status::open, "an open account is closed at zero",
            event.account.text);
  row.status = Status::closed;
  --world.tenants.change(meta.tenant.value()).accounts;
}

}  // namespace provodka::account
