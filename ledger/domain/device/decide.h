#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/device/commands.h"
#include "ledger/domain/world.h"

namespace provodka::device {

// `Context::sealed` is the command's credentials under the device's key, and goes into the event as it is.
Decided<Decision> decide(const World&, const RegisterDevice&, const Context&);
Decided<Decision> decide(const World&, const ChangeDevice&, const Context&);
Decided<Decision> decide(const World&, const RetireDevice&, const Context&);

}  // namespace provodka::device
