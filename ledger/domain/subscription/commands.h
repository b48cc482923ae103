#pragma once

#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/domain/subscription/state.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::subscription {

using Points = boost::container::small_vector<Id, 2>;

enum class SwitchWhen : unsigned char { now, next };
BOOST_DESCRIBE_ENUM(SwitchWhen, now, next)
enum class CancelWhen : unsigned char { now, period_end };
BOOST_DESCRIBE_ENUM(CancelWhen, now, period_end)

// Serves the account's points that are named, or all of them.
struct StartSubscription {
  static constexpr std::string_view type = "subscription.start";
  Id subscription;
  Id account;
  Id tariff;
  std::optional<Points> points;
  std::optional<Date> from;
};
BOOST_DESCRIBE_STRUCT(StartSubscription, (), (subscription, account, tariff, points, from))

struct SwitchSubscription {
  static constexpr std::string_view type = "subscription.switch";
  Id subscription;
  Id tariff;
  SwitchWhen when;
};
BOOST_DESCRIBE_STRUCT(SwitchSubscription, (), (subscription, tariff, when))

// From the next local midnight, or a later one; for so many days, or until it is unfrozen.
struct FreezeSubscription {
  static constexpr std::string_view type = "subscription.freeze";
  Id subscription;
  std::optional<Date> from;
  std::optional<uint32_t> days;
};
BOOST_DESCRIBE_STRUCT(FreezeSubscription, (), (subscription, from, days))

struct UnfreezeSubscription {
  static constexpr std::string_view type = "subscription.unfreeze";
  Id subscription;
};
BOOST_DESCRIBE_STRUCT(UnfreezeSubscription, (), (subscription))

struct CancelSubscription {
  static constexpr std::string_view type = "subscription.cancel";
  Id subscription;
  CancelWhen when;
  std::optional<bool> credit_unused;
};
BOOST_DESCRIBE_STRUCT(CancelSubscription, (), (subscription, when, credit_unused))

}  // namespace provodka::subscription
