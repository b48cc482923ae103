#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/notification/events.h"
#include "ledger/domain/world.h"

namespace provodka::notification {

void evolve(World&, const TemplateSaved&, const EventMeta&);
void evolve(World&, const MessagesConfigured&, const EventMeta&);
void evolve(World&, const MessageRequested&, const EventMeta&);
void evolve(World&, const MessageReported&, const EventMeta&);
void evolve(World&, const TelegramLinked&, const EventMeta&);
void evolve(World&, const TelegramUnlinked&, const EventMeta&);

}  // namespace provodka::notification
