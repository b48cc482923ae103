#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/domain/access/commands.h"
#include "ledger/domain/account/standing.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::access {

enum class Change : unsigned char { block, unblock };
BOOST_DESCRIBE_ENUM(Change, block, unblock)

// The set of reasons of one point changed. It carries the whole wanted state, so that a consumer needs only
// the newest of each point and may drop those whose version it has passed.
struct AccessChanged {
  static constexpr std::string_view type = "access.changed.v1";
  Id account;
  Id point;
  uint32_t version;
  account::Access wanted;
  Change change;
  Reason reason;
  boost::container::small_vector<Reason, 4> reasons;  // all that stand now
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(AccessChanged, (),
                      (account, point, version, wanted, change, reason, reasons, effective, standing))

struct PointAdded {
  static constexpr std::string_view type = "point.added.v1";
  Id account;
  Id point;
  std::optional<Id> device;
  std::optional<Text<64>> login;
  std::optional<Text<64>> address;
  std::optional<Text<64>> mac;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PointAdded, (), (account, point, device, login, address, mac, effective, standing))

// What was changed; the reasons for which it is off stay as they are.
struct PointChanged {
  static constexpr std::string_view type = "point.changed.v1";
  Id account;
  Id point;
  uint32_t version;
  std::optional<Id> device;
  std::optional<Text<64>> login;
  std::optional<Text<64>> address;
  std::optional<Text<64>> mac;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PointChanged, (),
                      (account, point, version, device, login, address, mac, effective, standing))

// Nothing of it is wanted on any router from this version on.
struct PointRemoved {
  static constexpr std::string_view type = "point.removed.v1";
  Id account;
  Id point;
  uint32_t version;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PointRemoved, (), (account, point, version, effective, standing))

// What a router did about a version of a point. It says nothing of the account: neither how it stands, nor
// does the account's version move, as a cashier's `expect` must not fail for what a router does.
struct AccessApplied {
  static constexpr std::string_view type = "access.applied.v1";
  Id account;
  Id point;
  uint32_t version;
  Id device;
  Outcome outcome;
  uint32_t ms;
  std::optional<Reason> detail;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(AccessApplied, (), (account, point, version, device, outcome, ms, detail, effective))

}  // namespace provodka::access
