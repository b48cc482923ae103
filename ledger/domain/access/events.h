#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"
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

}  // namespace provodka::access
