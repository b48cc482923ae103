#include "ledger/process/point_access.h"

#include "ledger/domain/access/reasons.h"
#include "ledger/domain/entry.h"

#include <algorithm>

namespace provodka::process {
namespace {

using subscription::State;
using subscription::SubscriptionRow;
using subscription::Why;

constexpr std::string_view kClosed = "closed";

// Calls f(point, its bit among the account's points).
template <class F>
void for_each_point(const World& world, const account::AccountRow& account, F&& f) {
  uint32_t bit = 0;
  for (uint32_t p = account.first_point; p != kNone; p = world.points[p].next)
    f(p, std::min<uint32_t>(bit++, 63));
}

// Why billing wants a point to be off; empty: it does not.
std::string_view wanted_reason(const World& world, const account::AccountRow& account,
                               std::span<const uint32_t> subscriptions, uint32_t bit) {
  if (account.status == account::Status::closed) return kClosed;
  bool served = false;
  for (const uint32_t s : subscriptions) {
    const SubscriptionRow& row = world.subscriptions[s];
    if (!(row.points >> bit & 1)) continue;
    served = true;
    if (row.state == State::ended) continue;
    const bool is_on = row.state == State::active || row.state == State::trial;
    return is_on || row.why == Why::blocked || row.why == Why::none ? std::string_view() : enum_name(row.why);
  }
  return served ? enum_name(Why::ended) : std::string_view();
}

Event change(const World& world, const Context& context, AccountId id, uint32_t p, access::Change what,
             std::string_view reason) {
  const access::PointRow& point = world.points[p];
  account::Standing standing = standing_of(world, id);
  access::AccessChanged event{.account = standing.account,
                              .point = {world.strings[point.name]},
                              .version = point.version + 1,
                              .wanted = account::Access::on,
                              .change = what,
                              .reason = {reason},
                              .reasons = {},
                              .effective = context.today,
                              .standing = {}};
  access::for_each_reason(world, point, [&](std::string_view r) {
    if (what == access::Change::block || r != reason) event.reasons.push_back({r});
  });
  const bool was_on = point.first_block == kNone;
  if (what == access::Change::block) event.reasons.push_back({reason});
  const bool is_on = event.reasons.empty();
  event.wanted = is_on ? account::Access::on : account::Access::off;
  standing.access =
      world.account(id).points_on + is_on - was_on > 0 ? account::Access::on : account::Access::off;
  event.standing.push_back(standing);
  return event;
}

}  // namespace

std::optional<Event> next_access_change(const World& world, const Context& context, AccountId id,
                                        std::span<const uint32_t> subscriptions) {
  const account::AccountRow& account = world.account(id);
  std::optional<Event> event;
  for_each_point(world, account, [&](uint32_t p, uint32_t bit) {
    if (event) return;
    const std::string_view wanted = wanted_reason(world, account, subscriptions, bit);
    std::string_view stale;
    bool stands = wanted.empty();
    access::for_each_reason(world, world.points[p], [&](std::string_view reason) {
      if (reason == wanted) stands = true;
      if (access::is_of_billing(reason) && reason != wanted) stale = reason;
    });
    // The new reason first: the point does not go on in between.
    if (!stands) {
      event = change(world, context, id, p, access::Change::block, wanted);
    } else if (!stale.empty()) {
      event = change(world, context, id, p, access::Change::unblock, stale);
    }
  });
  return event;
}

bool is_blocked_by_others(const World& world, const SubscriptionRow& row) {
  bool any = false, all = true;
  for_each_point(world, world.accounts[row.account], [&](uint32_t p, uint32_t bit) {
    if (!(row.points >> bit & 1)) return;
    bool foreign = false;
    access::for_each_reason(world, world.points[p],
                            [&](std::string_view r) { foreign |= !access::is_of_billing(r); });
    any = true;
    all &= foreign;
  });
  return any && all;
}

}  // namespace provodka::process
