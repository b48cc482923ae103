#include "ledger/domain/access/evolve.h"

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
  const PointId point =
      world.add_point({.name = {},
                       .device = world.strings.add(event.device ? event.device->text : std::string_view()),
                       .account = account.value(),
                       .next = kNone,
                       .version = 0,
                       .first_block = kNone},
                      meta.tenant, event.point.text);
  uint32_t last = world.account(account).first_point;
  while (world.points[last].next != kNone) last = world.points[last].next;
  world.points.change(last).next = point.value();
  ++world.accounts.change(account.value()).points_on;
}

}  // namespace provodka::access
