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

// What is left out stays as it is. The account says whose the point is; it does not move it.
struct ChangePoint {
  static constexpr std::string_view type = "point.change";
  std::optional<Id> account;
  Id point;
  std::optional<Id> device;
  std::optional<Text<64>> login;
  std::optional<Text<64>> address;
  std::optional<Text<64>> mac;
};
BOOST_DESCRIBE_STRUCT(ChangePoint, (), (account, point, device, login, address, mac))

struct RemovePoint {
  static constexpr std::string_view type = "point.remove";
  Id point;
};
BOOST_DESCRIBE_STRUCT(RemovePoint, (), (point))

// What came of a version of a point's wanted state on a router. `applied`: the router has it now; `repaired`:
// it had it, had lost it, and has it again; `failed`: it could not be brought to it.
enum class Outcome : unsigned char { applied, repaired, failed };
BOOST_DESCRIBE_ENUM(Outcome, applied, repaired, failed)

struct ReportAccess {
  static constexpr std::string_view type = "access.report";
  Id point;
  uint32_t version;
  Id device;
  Outcome outcome;
  uint32_t ms;  // from asking the router to its answer
  std::optional<Reason> detail;
};
BOOST_DESCRIBE_STRUCT(ReportAccess, (), (point, version, device, outcome, ms, detail))

}  // namespace provodka::access
