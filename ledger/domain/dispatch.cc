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
#include "ledger/domain/device/decide.h"
#include "ledger/domain/device/evolve.h"
#include "ledger/domain/notification/decide.h"
#include "ledger/domain/notification/evolve.h"
#include "ledger/domain/payment/decide.h"
#include "ledger/domain/payment/evolve.h"
#include "ledger/domain/period/decide.h"
#include "ledger/domain/period/evolve.h"
#include "ledger/domain/plan/decide.h"
#include "ledger/domain/plan/evolve.h"
#include "ledger/domain/promise/decide.h"
#include "ledger/domain/promise/evolve.h"
#include "ledger/domain/subscriber/decide.h"
#include "ledger/domain/subscriber/evolve.h"
#include "ledger/domain/subscription/decide.h"
#include "ledger/domain/subscription/evolve.h"
#include "ledger/domain/tariff/decide.h"
#include "ledger/domain/tariff/evolve.h"
#include "ledger/domain/tenant/decide.h"
#include "ledger/domain/tenant/evolve.h"
#include "ledger/domain/transfer/decide.h"
#include "ledger/domain/transfer/evolve.h"
#include "ledger/domain/writeoff/decide.h"
#include "ledger/domain/writeoff/evolve.h"

#include <fmt/format.h>

namespace provodka {

Decided<Decision> decide(const World& world, const CommandData& command, const Context& context) {
  const auto decide_in = [&](const Context& c) {
    return std::visit([&](const auto& data) { return decide(world, data, c); }, command);
  };
  const Date open_from = context.tenant ? Date{world.tenant(context.tenant).open_from} : Date::earliest();
  if (context.effective >= open_from) return decide_in(context);
  // Money that came is booked in any case: on the first day that is open.
  const bool came = std::holds_alternative<payment::ReceivePayment>(command) ||
                    std::holds_alternative<payment::ReversePayment>(command);
  if (!came) {
    return reject(common::period_closed, "/effective",
                  fmt::format("the first day that is open is {}", open_from));
  }
  Context open = context;
  open.effective = open_from;
  return decide_in(open);
}

void evolve(World& world, const Event& event, const EventMeta& meta) {
  std::visit([&](const auto& e) { evolve(world, e, meta); }, event);
  uint64_t& events = world.tenants.change(meta.tenant.value()).events;
  INVARIANT(meta.sequence.value() == events + 1, "a tenant's sequence has no gap", meta.sequence, events);
  events = meta.sequence.value();
}

}  // namespace provodka
