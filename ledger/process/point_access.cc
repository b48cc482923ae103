#include "ledger/process/point_access.h"

#include "ledger/domain/access/reasons.h"

namespace provodka::process {
namespace {

using subscription::State;
using subscription::SubscriptionRow;
using subscription::Why;

// Why billing wants a point to be off; empty: it does not.
std::string_view wanted_reason(const Subject& of, uint32_t bit) {
  if (of.row.status == account::Status::closed) return access::kClosed;
  const uint32_t s = followed_by(of, bit);
  if (s == kNone) return {};
  const SubscriptionRow& row = of.at(s);
  if (row.state == State::ended) return enum_name(Why::ended);
  return is_on(row.state) || row.why == Why::blocked || row.why == Why::none ? std::string_view()
                                                                             : enum_name(row.why);
}

Event change(const Subject& of, uint32_t p, access::Change what, std::string_view reason) {
  account::Standing standing = standing_of(of.world, of.id);
  uint32_t points_on = of.row.points_on;
  return access::change_of(of.world, of.world.points[p], what, {reason}, of.context.today, standing,
                           points_on);
}

// Minutes since the day began, which on all days but two a year are those of the clock.
uint32_t minute_of_day(const Subject& of) {
  const Instant midnight = of.world.day_start(of.context.tenant, of.context.today);
  return static_cast<uint32_t>(micros_between(midnight, of.context.now) / (60 * micros_per_second));
}

bool may_block_now(const Subject& of, std::string_view reason) {
  const uint32_t from = of.terms.blocking_from, to = of.terms.blocking_to;
  if (from == to || (reason != enum_name(Why::unpaid) && reason != enum_name(Why::debt))) return true;
  const uint32_t minute = minute_of_day(of);
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

// What a point needs: a reason more, a reason less, or nothing.
struct Need {
  std::string_view missing, stale;
};

Need need_of(const Subject& of, uint32_t p, uint32_t bit) {
  Need need{.missing = wanted_reason(of, bit), .stale = {}};
  const std::string_view wanted = need.missing;
  access::for_each_reason(of.world, of.world.points[p], [&](std::string_view reason) {
    if (reason == wanted) need.missing = {};
    if (access::is_of_billing(reason) && reason != wanted) need.stale = reason;
  });
  return need;
}

}  // namespace

uint32_t followed_by(const Subject& of, uint32_t bit) {
  uint32_t ended = kNone;
  for (const uint32_t s : of.subscriptions) {
    const SubscriptionRow& row = of.at(s);
    if (!(row.points >> bit & 1)) continue;
    if (row.state != State::ended) return s;
    if (ended == kNone) ended = s;
  }
  return ended;
}

std::optional<Event> next_access_change(const Subject& of) {
  std::optional<Event> event;
  for_each_point(of.world, of.row, [&](uint32_t p, uint32_t bit) {
    if (event) return;
    const Need need = need_of(of, p, bit);
    // The new reason first: the point does not go on in between.
    if (!need.missing.empty() && may_block_now(of, need.missing)) {
      event = change(of, p, access::Change::block, need.missing);
    } else if (!need.stale.empty() && need.missing.empty()) {
      event = change(of, p, access::Change::unblock, need.stale);
    }
  });
  return event;
}

std::optional<Instant> next_blocking_hour(const Subject& of) {
  if (of.terms.blocking_from == of.terms.blocking_to) return std::nullopt;
  bool waits = false;
  for_each_point(of.world, of.row, [&](uint32_t p, uint32_t bit) {
    const Need need = need_of(of, p, bit);
    waits |= !need.missing.empty() && !may_block_now(of, need.missing);
  });
  if (!waits) return std::nullopt;
  const Date day =
      minute_of_day(of) < of.terms.blocking_from ? of.context.today : add_days(of.context.today, 1);
  return add_micros(of.world.day_start(of.context.tenant, day),
                    int64_t{of.terms.blocking_from} * 60 * micros_per_second);
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
