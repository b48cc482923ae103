#include "ledger/engine/preview.h"

#include "ledger/domain/dispatch.h"
#include "ledger/process/settle.h"
#include "ledger/process/subject.h"

#include <algorithm>
#include <numeric>

namespace provodka::engine {
namespace {

constexpr uint32_t kAccountsAtOnce = 512;

}  // namespace

uint64_t Preview::expected() const { return std::accumulate(by_why_.begin(), by_why_.end(), uint64_t{0}); }

bool Preview::step(World& world, Instant now) {
  const auto tenant = world.find_tenant(tenant_);
  if (!tenant) return true;
  currency_ = world.currency(*tenant);
  if (!days_.zone().is_valid()) days_ = LocalDayCache(world.zone(*tenant));
  for (uint32_t looked = 0; next_ < world.accounts.size() && looked < kAccountsAtOnce; ++next_) {
    const account::AccountRow& row = world.accounts[next_];
    if (row.tenant != tenant->value()) continue;
    if (row.first_subscription == kNone && row.arrangement == kNone) continue;
    carry_on(world, AccountId(next_), now);
    ++looked;
  }
  return next_ >= world.accounts.size();
}

void Preview::carry_on(World& world, AccountId id, Instant now) {
  world.begin_group();
  Context context;
  context.tenant = TenantId(world.account(id).tenant);
  const auto at = [&](Instant instant) {
    context.now = instant;
    context.today = context.effective = days_(instant);
  };
  at(now);
  bool is_short = !names_short_;
  for (auto due = process::next_due(world, context, id); due && *due <= through_;
       due = process::next_due(world, context, id)) {
    at(std::max(*due, add_micros(context.now, 1)));
    while (const auto event = process::next_step(world, context, id)) {
      count(*event);
      const Sequence sequence(world.tenant(context.tenant).events + 1);
      evolve(world, *event,
             {.tenant = context.tenant, .sequence = sequence, .position = Position(), .time = context.now});
      if (is_short) continue;
      const auto missing = missing_after(world, context, id, *event);
      if (!missing || !missing->is_positive()) continue;
      is_short = true;
      shortfalls_.push_back({.account = std::string(world.strings[world.account(id).name]),
                             .on = context.today,
                             .missing = *missing});
    }
  }
  for (uint32_t s = world.account(id).first_subscription; s != kNone; s = world.subscriptions[s].next) {
    const subscription::SubscriptionRow& row = world.subscriptions[s];
    const bool counts = row.state == subscription::State::active || row.state == subscription::State::off;
    if (counts) ++by_why_[static_cast<size_t>(row.why)];
  }
  world.undo_group();
}

std::optional<Money> Preview::missing_after(const World& world, const Context& context, AccountId id,
                                            const Event& event) const {
  return std::visit(
      [&]<class E>(const E& e) -> std::optional<Money> {
        if constexpr (std::is_same_v<E, subscription::SubscriptionSuspended>) {
          if (e.reason != subscription::Why::unpaid) return std::nullopt;
          uint32_t s = world.account(id).first_subscription;
          while (s != kNone && world.strings[world.subscriptions[s].name] != e.subscription.text)
            s = world.subscriptions[s].next;
          return process::needed_for(process::Subject(world, context, id), s);
        } else if constexpr (std::is_same_v<E, subscription::SubscriptionCharged> ||
                             std::is_same_v<E, subscription::FeeCharged> ||
                             std::is_same_v<E, plan::ExtraCharged>) {
          return Money{world.tenant(context.tenant).threshold_minor - e.available.minor, currency_};
        } else {
          return std::nullopt;
        }
      },
      event);
}

void Preview::count(const Event& event) {
  const auto charged = [&](Id service, int64_t minor) {
    auto found = std::ranges::find(services_, service.text, &Service::name);
    if (found == services_.end()) found = services_.insert(found, Service{.name = std::string(service.text)});
    ++found->charges;
    found->minor += minor;
  };
  std::visit(
      [&]<class E>(const E& e) {
        if constexpr (std::is_same_v<E, subscription::SubscriptionCharged> ||
                      std::is_same_v<E, subscription::FeeCharged> || std::is_same_v<E, plan::ExtraCharged>) {
          charged(e.service, e.amount.minor);
        } else if constexpr (std::is_same_v<E, access::AccessChanged>) {
          blocked_ += e.change == access::Change::block && e.wanted == account::Access::off;
        }
      },
      event);
}

}  // namespace provodka::engine
