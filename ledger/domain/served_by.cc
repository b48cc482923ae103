#include "ledger/domain/served_by.h"

#include "ledger/core/invariant.h"
#include "ledger/domain/device/forms.h"

#include <vector>

namespace provodka {

ServedBy::ServedBy(const World& world, TenantId tenant, std::string_view device)
    : world_(world), device_(device) {
  std::vector<IpPrefix> prefixes;
  for (uint32_t i = 0; i < world.devices.size(); ++i) {
    const device::DeviceRow& row = world.devices[i];
    if (row.tenant != tenant.value() || row.retired != 0) continue;
    prefixes.clear();
    device::for_each_prefix(world.strings[row.serves], [&](std::string_view text) {
      const auto prefix = IpPrefix::parse(text);
      INVARIANT(prefix, "what a device serves was checked", text);
      prefixes.push_back(*prefix);
    });
    serving_.add(i, prefixes);
  }
}

bool ServedBy::operator()(const access::PointRow& point) const {
  if (point.device.size() != 0) return world_.strings[point.device] == device_;
  const std::string_view address = world_.strings[point.address];
  const auto server = serving_.server_of(address, !address.empty() || point.known_by != 0);
  return server && world_.strings[world_.devices[*server].name] == device_;
}

}  // namespace provodka
