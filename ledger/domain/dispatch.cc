#include "ledger/domain/dispatch.h"

#include "ledger/domain/access/decide.h"
#include "ledger/domain/access/evolve.h"
#include "ledger/domain/account/decide.h"
#include "ledger/domain/account/evolve.h"
#include "ledger/domain/adjustment/decide.h"
#include "ledger/domain/adjustment/evolve.h"
#include "ledger/domain/billing/decide.h"
#include "ledger/domain/billing/evolve.h"
#include "ledger/domain/charge/decide.h"
#include "ledger/domain/charge/evolve.h"
#include "ledger/domain/payment/decide.h"
#include "ledger/domain/payment/evolve.h"
#include "ledger/domain/promise/decide.h"
#include "ledger/domain/promise/evolve.h"
#include "ledger/domain/subscription/decide.h"
#include "ledger/domain/subscription/evolve.h"
#include "ledger/domain/tariff/decide.h"
#include "ledger/domain/tariff/evolve.h"
#include "ledger/domain/tenant/decide.h"
#include "ledger/domain/tenant/evolve.h"
#include "ledger/domain/transfer/decide.h"
#include "ledger/domain/transfer/evolve.h"

namespace provodka {

Decided<Decision> decide(const World& world, const CommandData& command, const Context& context) {
  return std::visit([&](const auto& c) { return decide(world, c, context); }, command);
}

void evolve(World& world, const Event& event, const EventMeta& meta) {
  std::visit([&](const auto& e) { evolve(world, e, meta); }, event);
  uint64_t& events = world.tenants.change(meta.tenant.value()).events;
  INVARIANT(meta.sequence.value() == events + 1, "a tenant's sequence has no gap", meta.sequence, events);
  events = meta.sequence.value();
}

}  // namespace provodka
