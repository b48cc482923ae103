#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
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

// A percentage or an amount off the price, from a day on and until another, which is the last; in the stated
// order, then in that of granting.
struct GrantDiscount {
  static constexpr std::string_view type = "discount.grant";
  Id subscription;
  std::optional<Decimal> percent;
  std::optional<Amount> amount;
  Date from;
  std::optional<Date> until;
  std::optional<uint32_t> order;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(GrantDiscount, (), (subscription, percent, amount, from, until, order, reason))

// From the next charge on, in place of the tariff's price; new versions do not change it, a switch ends it.
struct OverridePrice {
  static constexpr std::string_view type = "subscription.override_price";
  Id subscription;
  Amount price;
  std::optional<Date> until;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(OverridePrice, (), (subscription, price, until, reason))

// Every subscription of a tariff to another one, without asking what its groups allow.
struct MoveTariff {
  static constexpr std::string_view type = "tariff.move";
  Id from;
  Id to;
  std::optional<Id> group;  // only where the tariff moved from is in it
  SwitchWhen when;
};
BOOST_DESCRIBE_STRUCT(MoveTariff, (), (from, to, group, when))

using Accounts = boost::container::small_vector<Id, 2>;

// Gives back what the days from..to cost, both of them included, as far as they are in the current period.
struct RecalculateOutage {
  static constexpr std::string_view type = "outage.recalculate";
  std::optional<Accounts> accounts;
  std::optional<Id> device;
  std::optional<Label> street;
  Date from;
  Date to;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(RecalculateOutage, (), (accounts, device, street, from, to, reason))

}  // namespace provodka::subscription
