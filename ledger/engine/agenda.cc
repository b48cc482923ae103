#include "ledger/engine/agenda.h"

namespace provodka::engine {

void Agenda::plan(AccountId id, std::optional<Instant> due) {
  if (planned_us_.size() <= id.value()) {
    if (!due) return;
    planned_us_.resize(std::max<size_t>(id.value() + 1, planned_us_.size() * 3 / 2), kNotPlanned);
  }
  int64_t& planned = planned_us_[id.value()];
  const int64_t wanted = due ? due->micros : kNotPlanned;
  if (planned == wanted) return;
  planned = wanted;
  if (due) slots_[*due].accounts.push_back(id);
}

void Agenda::plan(TenantId id, Instant due) { slots_[due].tenants.push_back(id); }

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
    if (planned_us_[id.value()] != first->first.micros) continue;
    planned_us_[id.value()] = kNotPlanned;
    taken.accounts.push_back(id);
  }
  if (!slot.accounts.empty()) return taken;
  taken.tenants = std::move(slot.tenants);
  slots_.erase(first);
  return taken;
}

}  // namespace provodka::engine
