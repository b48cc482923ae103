#pragma once

#include "ledger/domain/access/commands.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/world.h"

namespace provodka::access {

Decided<Decision> decide(const World&, const Block&, const Context&);
Decided<Decision> decide(const World&, const Unblock&, const Context&);
Decided<Decision> decide(const World&, const AddPoint&, const Context&);
Decided<Decision> decide(const World&, const ChangePoint&, const Context&);
Decided<Decision> decide(const World&, const RemovePoint&, const Context&);
Decided<Decision> decide(const World&, const ReportAccess&, const Context&);

}  // namespace provodka::access
