#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

namespace provodka::access {

// Names either an account, for all of its points, or one point.
struct Block {
  static constexpr std::string_view type = "access.block";
  std::optional<Id> account;
  std::optional<Id> point;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(Block, (), (account, point, reason))

struct Unblock {
  static constexpr std::string_view type = "access.unblock";
  std::optional<Id> account;
  std::optional<Id> point;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(Unblock, (), (account, point, reason))

struct AddPoint {
  static constexpr std::string_view type = "point.add";
  Id account;
  Id point;
  std::optional<Id> device;
  std::optional<Text<64>> login;
  std::optional<Text<64>> address;
  std::optional<Text<64>> mac;
};
BOOST_DESCRIBE_STRUCT(AddPoint, (), (account, point, device, login, address, mac))

}  // namespace provodka::access
