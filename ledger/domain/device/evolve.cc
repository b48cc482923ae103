#include "ledger/domain/device/evolve.h"

#include "ledger/domain/device/forms.h"

namespace provodka::device {
namespace {

uint32_t present(const World& world, const EventMeta& meta, std::string_view name) {
  const auto id = world.find_device(meta.tenant, name);
  INVARIANT(id && !world.devices[*id].retired, "the device is there and not retired", name);
  return *id;
}

// What was recorded was checked, so that only `none` is no fingerprint.
StringRef add_fingerprint(World& world, Fingerprint given) {
  return world.strings.add(plain_fingerprint(given.text).value_or(""));
}

}  // namespace

void evolve(World& world, const DeviceRegistered& event, const EventMeta& meta) {
  INVARIANT(!world.find_device(meta.tenant, event.device.text), "a device is registered once",
            event.device.text);
  world.add_device(
      {.name = {},
       .address = world.strings.add(event.address.text),
       .fingerprint = event.fingerprint ? add_fingerprint(world, *event.fingerprint) : StringRef(),
       .serves = world.strings.add(plain_prefixes(event.serves)),
       .sealed = meta.sequence.value(),
       .tenant = meta.tenant.value(),
       .kind = event.kind,
       .mode = event.mode,
       .retired = 0},
      event.device.text);
}

void evolve(World& world, const DeviceChanged& event, const EventMeta& meta) {
  DeviceRow& row = world.devices.change(present(world, meta, event.device.text));
  if (event.kind) row.kind = *event.kind;
  if (event.mode) row.mode = *event.mode;
  if (event.address) row.address = world.strings.add(event.address->text);
  if (event.fingerprint) row.fingerprint = add_fingerprint(world, *event.fingerprint);
  if (event.serves) row.serves = world.strings.add(plain_prefixes(*event.serves));
  if (event.sealed) row.sealed = meta.sequence.value();
}

void evolve(World& world, const DeviceRetired& event, const EventMeta& meta) {
  DeviceRow& row = world.devices.change(present(world, meta, event.device.text));
  row.retired = 1;
  row.sealed = 0;
}

}  // namespace provodka::device
