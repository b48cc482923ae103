#include "ledger/engine/agenda.h"

namespace provodka::engine {

std::optional<Instant> Agenda::next() const {
  return slots_.empty() ? std::nullopt : std::optional(slots_.begin()->first);
}

Agenda::Taken Agenda::take(size_t most) {
  const auto first = slots_.begin();
  Taken taken{.due = first->first, .accounts = {}, .tenants = {}};
  Slot& slot = first->second;
  while (!slot.accounts.empty() && taken.accounts.size() < most) {
    const AccountId id = slot.accounts.front();
    slot.accounts.pop_front();
    if (accounts_.take(id, taken.due)) taken.accounts.push_back(id);
  }
  if (!slot.accounts.empty()) return taken;
  for (const TenantId id : slot.tenants) {
    if (tenants_.take(id, taken.due)) taken.tenants.push_back(id);
  }
  slots_.erase(first);
  return taken;
}

}  // namespace provodka::engine
