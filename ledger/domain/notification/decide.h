#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/domain/notification/commands.h"
#include "ledger/domain/world.h"

namespace provodka::notification {

// `Context::sealed` is what is personal in the command under the subscriber's key, and goes into the event as
// it is.
Decided<Decision> decide(const World&, const SaveTemplate&, const Context&);
Decided<Decision> decide(const World&, const ConfigureMessages&, const Context&);
Decided<Decision> decide(const World&, const SendMessage&, const Context&);
Decided<Decision> decide(const World&, const ReportMessage&, const Context&);
Decided<Decision> decide(const World&, const LinkTelegram&, const Context&);
Decided<Decision> decide(const World&, const UnlinkTelegram&, const Context&);

}  // namespace provodka::notification
