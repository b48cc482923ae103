#include "ledger/domain/access/decide.h"

#include "ledger/domain/access/place.h"
#include "ledger/domain/access/reasons.h"
#include "ledger/domain/access/rejection.h"
#include "ledger/domain/entry.h"

#include <fmt/format.h>

namespace provodka::access {
namespace {

constexpr size_t kReasonsMax = 32;
constexpr size_t kPointsMax = 100;

// The point of that name whose account is open.
Decided<PointId> open_point(const World& world, const Context& context, Id name) {
  const auto point = world.find_point(context.tenant, name.text);
  if (!point) return reject(unknown_point, "/data/point", fmt::format("there is no point {}", name.text));
  const AccountId account(world.points[point->value()].account);
  if (world.account(account).status == account::Status::closed)
    return reject(common::account_closed, "/data/point");
  return *point;
}

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
    const auto point = open_point(world, context, *command.point);
    if (!point) return std::unexpected(point.error());
    return Target{AccountId(world.points[point->value()].account), {point->value()}};
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
  if (const auto other = world.find_any_point(context.tenant, command.point.text)) {
    const bool removed = world.points[other->value()].removed != 0;
    return reject(point_exists, "/data/point",
                  removed ? "it was removed, and its name is not used again" : "");
  }
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

Decided<Decision> decide(const World& world, const ChangePoint& command, const Context& context) {
  if (command.account) {
    const auto named = open_account(world, context, *command.account, "/data/account");
    if (!named) return std::unexpected(named.error());
  }
  const auto id = open_point(world, context, command.point);
  if (!id) return std::unexpected(id.error());
  const PointRow& point = world.points[id->value()];
  const account::Standing standing = standing_of(world, AccountId(point.account));
  if (command.account && *command.account != standing.account)
    return reject(point_of_another, "/data/account", fmt::format("it is of {}", standing.account.text));
  const bool other_device = command.device && command.device->text != world.strings[point.device];
  if (!other_device && !command.login && !command.address && !command.mac)
    return reject(point_unchanged, "/data");
  return accept(PointChanged{.account = standing.account,
                             .point = command.point,
                             .version = point.version + 1,
                             .device = command.device,
                             .login = command.login,
                             .address = command.address,
                             .mac = command.mac,
                             .effective = context.effective,
                             .standing = {standing}});
}

Decided<Decision> decide(const World& world, const RemovePoint& command, const Context& context) {
  const auto id = open_point(world, context, command.point);
  if (!id) return std::unexpected(id.error());
  const PointRow& point = world.points[id->value()];
  const AccountId account(point.account);
  const Place place = place_of(world, *id);
  if (place.points == 1) return reject(last_point, "/data/point");
  for (uint32_t s = world.account(account).first_subscription; s != kNone; s = world.subscriptions[s].next) {
    const subscription::SubscriptionRow& row = world.subscriptions[s];
    if (row.state == subscription::State::ended || !is_named(row.points, place)) continue;
    return reject(point_in_use, "/data/point", fmt::format("{} names it", world.strings[row.name]));
  }
  account::Standing standing = standing_of(world, account);
  const bool is_on = point.first_block == kNone;
  standing.access =
      world.account(account).points_on > uint32_t{is_on} ? account::Access::on : account::Access::off;
  return accept(PointRemoved{.account = standing.account,
                             .point = command.point,
                             .version = point.version + 1,
                             .effective = context.effective,
                             .standing = {standing}});
}

// Also of what was removed or closed: a router has to let go of it.
Decided<Decision> decide(const World& world, const ReportAccess& command, const Context& context) {
  const auto id = world.find_any_point(context.tenant, command.point.text);
  if (!id)
    return reject(unknown_point, "/data/point", fmt::format("there is no point {}", command.point.text));
  const auto device = present_device(world, context, command.device, "/data/device");
  if (!device) return std::unexpected(device.error());
  const PointRow& point = world.points[id->value()];
  if (command.version > point.version)
    return reject(version_ahead, "/data/version", fmt::format("its version is {}", point.version));
  if (command.version < point.reported)
    return reject(report_out_of_date, "/data/version", fmt::format("{} was reported", point.reported));
  return accept(AccessApplied{.account = {world.strings[world.accounts[point.account].name]},
                              .point = command.point,
                              .version = command.version,
                              .device = command.device,
                              .outcome = command.outcome,
                              .ms = command.ms,
                              .detail = command.detail,
                              .effective = context.effective});
}

}  // namespace provodka::access
