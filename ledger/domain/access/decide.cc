#include "ledger/domain/access/decide.h"

#include "ledger/domain/access/reasons.h"
#include "ledger/domain/access/rejection.h"
#include "ledger/domain/entry.h"

#include <fmt/format.h>

namespace provodka::access {
namespace {

constexpr size_t kReasonsMax = 32;
constexpr size_t kPointsMax = 100;

// The points that a command means: the one it names, or all of the account it names.
struct Target {
  AccountId account;
  boost::container::small_vector<uint32_t, 4> points;
};

template <class C>
Decided<Target> target_of(const World& world, const C& command, const Context& context) {
  if (command.account.has_value() == command.point.has_value())
    return reject(account_or_point, "/data/account");
  if (command.point) {
    const auto point = world.find_point(context.tenant, command.point->text);
    if (!point)
      return reject(unknown_point, "/data/point", fmt::format("there is no point {}", command.point->text));
    const AccountId account(world.points[point->value()].account);
    if (world.account(account).status == account::Status::closed)
      return reject(common::account_closed, "/data/point");
    return Target{account, {point->value()}};
  }
  const auto account = open_account(world, context, *command.account, "/data/account");
  if (!account) return std::unexpected(account.error());
  Target target{*account, {}};
  for (uint32_t p = world.account(*account).first_point; p != kNone; p = world.points[p].next)
    target.points.push_back(p);
  return target;
}

// One event for each point whose set of reasons the command changes.
template <class C>
Decided<Decision> change(const World& world, const C& command, const Context& context, Change what,
                         const RejectionKind& nothing_to_do) {
  const auto target = target_of(world, command, context);
  if (!target) return std::unexpected(target.error());
  const bool bills = world.account(target->account).first_subscription != kNone;
  if (bills && is_of_billing(command.reason.text)) return reject(reserved_reason, "/data/reason");
  account::Standing standing = standing_of(world, target->account);
  uint32_t points_on = world.account(target->account).points_on;
  Decision decision;
  for (const uint32_t p : target->points) {
    const PointRow& point = world.points[p];
    size_t reasons = 0;
    bool stands = false;
    for_each_reason(world, point, [&](std::string_view reason) {
      ++reasons;
      stands |= reason == command.reason.text;
    });
    if (stands == (what == Change::block)) continue;
    if (what == Change::block && reasons >= kReasonsMax) return reject(too_many_reasons, "/data/reason");
    decision.emplace_back(
        change_of(world, point, what, command.reason, context.effective, standing, points_on));
  }
  if (decision.empty()) return reject(nothing_to_do, "/data/reason");
  return decision;
}

}  // namespace

Decided<Decision> decide(const World& world, const Block& command, const Context& context) {
  return change(world, command, context, Change::block, blocked_already);
}

Decided<Decision> decide(const World& world, const Unblock& command, const Context& context) {
  return change(world, command, context, Change::unblock, not_blocked);
}

Decided<Decision> decide(const World& world, const AddPoint& command, const Context& context) {
  const auto account = open_account(world, context, command.account, "/data/account");
  if (!account) return std::unexpected(account.error());
  if (world.find_point(context.tenant, command.point.text)) return reject(point_exists, "/data/point");
  size_t points = 0;
  for (uint32_t p = world.account(*account).first_point; p != kNone; p = world.points[p].next) ++points;
  if (points >= kPointsMax) return reject(too_many_points, "/data/account");
  PointAdded event{.account = command.account,
                   .point = command.point,
                   .device = command.device,
                   .login = command.login,
                   .address = command.address,
                   .mac = command.mac,
                   .effective = context.effective,
                   .standing = {}};
  account::Standing standing = standing_of(world, *account);
  standing.access = account::Access::on;
  event.standing.push_back(standing);
  return accept(std::move(event));
}

}  // namespace provodka::access
