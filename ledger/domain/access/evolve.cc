#include "ledger/domain/access/evolve.h"

#include "ledger/domain/access/place.h"
#include "ledger/domain/entry.h"

namespace provodka::access {
namespace {

void add_reason(World& world, uint32_t point, std::string_view reason) {
  const uint32_t block =
      world.add_block({.reason = world.intern_reason(reason), .next = kNone, .point = point});
  uint32_t last = world.points[point].first_block;
  if (last == kNone) {
    world.points.change(point).first_block = block;
    return;
  }
  while (world.blocks[last].next != kNone) last = world.blocks[last].next;
  world.blocks.change(last).next = block;
}

void remove_reason(World& world, uint32_t point, std::string_view reason) {
  uint32_t previous = kNone;
  uint32_t block = world.points[point].first_block;
  while (block != kNone && world.strings[world.blocks[block].reason] != reason) {
    previous = block;
    block = world.blocks[block].next;
  }
  INVARIANT(block != kNone, "only a reason that stands is taken away", reason);
  const uint32_t next = world.blocks[block].next;
  if (previous == kNone) {
    world.points.change(point).first_block = next;
  } else {
    world.blocks.change(previous).next = next;
  }
  world.free_block(block);
}

// The account's own point, whose version a recorded event has moved on.
uint32_t moved_on(World& world, const EventMeta& meta, AccountId account, Id name, uint32_t version) {
  const auto id = world.find_point(meta.tenant, name.text);
  INVARIANT(id && world.points[id->value()].account == account.value(), "a recorded point is the account's",
            name.text);
  const uint32_t moved = ++world.points.change(id->value()).version;
  INVARIANT(moved == version, "a point's versions count from 1", name.text, moved, version);
  return id->value();
}

std::string_view text_of(const auto& optional) { return optional ? optional->text : std::string_view(); }

// As PointRow::known_by, after what an event says of it.
uint16_t known_by(uint16_t before, const auto& event) {
  const auto after = [&](uint16_t bit, const auto& text) {
    if (text) before = static_cast<uint16_t>(text->text.empty() ? before & ~bit : before | bit);
  };
  after(kLogin, event.login);
  after(kMac, event.mac);
  return before;
}

// Takes a point out of its account's list.
void unlink(World& world, AccountId account, uint32_t point) {
  const uint32_t next = world.points[point].next;
  if (world.account(account).first_point == point) {
    world.accounts.change(account.value()).first_point = next;
  } else {
    uint32_t before = world.account(account).first_point;
    while (world.points[before].next != point) before = world.points[before].next;
    world.points.change(before).next = next;
  }
  world.points.change(point).next = kNone;
}

}  // namespace

void evolve(World& world, const AccessChanged& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const auto id = world.find_point(meta.tenant, event.point.text);
  INVARIANT(id && world.points[id->value()].account == account.value(), "a recorded point is the account's",
            event.point.text);
  const uint32_t point = id->value();
  const bool was_on = world.points[point].first_block == kNone;
  if (event.change == Change::block) {
    add_reason(world, point, event.reason.text);
  } else {
    remove_reason(world, point, event.reason.text);
  }
  const bool is_on = world.points[point].first_block == kNone;
  const uint32_t version = ++world.points.change(point).version;
  INVARIANT(version == event.version && is_on == (event.wanted == account::Access::on),
            "a point's wanted state follows from its reasons", event.point.text, version, event.version);
  auto& row = world.accounts.change(account.value());
  row.points_on = row.points_on + is_on - was_on;
}

void evolve(World& world, const PointAdded& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const PointId point = world.add_point({.name = {},
                                         .device = world.strings.add(text_of(event.device)),
                                         .address = world.strings.add(text_of(event.address)),
                                         .account = account.value(),
                                         .next = kNone,
                                         .version = 0,
                                         .first_block = kNone,
                                         .reported = 0,
                                         .removed = 0,
                                         .known_by = known_by(0, event)},
                                        meta.tenant, event.point.text);
  uint32_t last = world.account(account).first_point;
  while (world.points[last].next != kNone) last = world.points[last].next;
  world.points.change(last).next = point.value();
  ++world.accounts.change(account.value()).points_on;
}

void evolve(World& world, const PointChanged& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const uint32_t point = moved_on(world, meta, account, event.point, event.version);
  PointRow& row = world.points.change(point);
  if (event.device) row.device = world.strings.add(event.device->text);
  if (event.address) row.address = world.strings.add(event.address->text);
  row.known_by = known_by(row.known_by, event);
}

void evolve(World& world, const PointRemoved& event, const EventMeta& meta) {
  const AccountId account = touch_account(world, meta, event.account.text);
  const uint32_t point = moved_on(world, meta, account, event.point, event.version);
  const Place place = place_of(world, PointId(point));
  INVARIANT(place.points > 1, "an account keeps one access point", event.account.text);
  for (uint32_t s = world.account(account).first_subscription; s != kNone; s = world.subscriptions[s].next)
    world.subscriptions.change(s).points = without(world.subscriptions[s].points, place);
  uint32_t block = world.points[point].first_block;
  if (block == kNone) --world.accounts.change(account.value()).points_on;
  while (block != kNone) {
    const uint32_t next = world.blocks[block].next;
    world.free_block(block);
    block = next;
  }
  unlink(world, account, point);
  PointRow& row = world.points.change(point);
  row.first_block = kNone;
  row.removed = 1;
}

void evolve(World& world, const AccessApplied& event, const EventMeta& meta) {
  const auto id = world.find_any_point(meta.tenant, event.point.text);
  INVARIANT(id, "a recorded result is of a point that there was", event.point.text);
  PointRow& row = world.points.change(id->value());
  INVARIANT(world.strings[world.accounts[row.account].name] == event.account.text,
            "a recorded point is the account's", event.point.text);
  INVARIANT(event.version >= row.reported && event.version <= row.version,
            "results are reported in the order of the versions", event.point.text, event.version);
  row.reported = event.version;
}

}  // namespace provodka::access
