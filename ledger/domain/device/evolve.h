#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/device/events.h"
#include "ledger/domain/world.h"

namespace provodka::device {

void evolve(World&, const DeviceRegistered&, const EventMeta&);
void evolve(World&, const DeviceChanged&, const EventMeta&);
void evolve(World&, const DeviceRetired&, const EventMeta&);

}  // namespace provodka::device
