#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/later.h"
#include "ledger/domain/subscription/commands.h"

#include <optional>

namespace provodka::subscription {

struct SubscriptionStarted {
  static constexpr std::string_view type = "subscription.started.v1";
  Id account;
  Id subscription;
  Id tariff;
  uint32_t version;
  Id service;
  Points points;  // empty: all of the account
  Date from;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionStarted, (),
                      (account, subscription, tariff, version, service, points, from, effective, standing))

struct TrialBegun {
  static constexpr std::string_view type = "subscription.trial_begun.v1";
  Id account;
  Id subscription;
  Date from;
  Date to;  // the last free day
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(TrialBegun, (), (account, subscription, from, to, effective, standing))

// A period, or a stretch of hours, that is paid for when it is over.
struct PeriodBegun {
  static constexpr std::string_view type = "subscription.period_begun.v1";
  Id account;
  Id subscription;
  uint32_t segment;
  Id tariff;
  uint32_t version;
  Id service;
  Money price;  // of the whole period, or of an hour
  Date from;
  Date period_from;
  Date period_to;
  std::optional<Instant> began = {};  // of hours: the first one
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PeriodBegun, (),
                      (account, subscription, segment, tariff, version, service, price, from, period_from,
                       period_to, began, effective, standing))

// The days from..to of the period period_from..period_to, all of them included. A segment is charged once;
// what is charged day by day is a line for each day.
struct SubscriptionCharged {
  static constexpr std::string_view type = "subscription.charged.v1";
  Id account;
  Id subscription;
  uint32_t segment;
  Id tariff;
  uint32_t version;
  Id service;
  Money price;  // of the whole period
  Date from;
  Date to;
  Date period_from;
  Date period_to;
  Money amount;
  Money vat;                             // of the amount
  std::optional<Decimal> vat_rate = {};  // in percent
  std::optional<Money> discount = {};    // taken off the price, which is what is left of it
  std::optional<bool> clamped = {};      // the discounts were more than the price
  std::optional<uint32_t> hours = {};    // charged by the hour: so many of them, in began..ended
  std::optional<Instant> began = {};
  std::optional<Instant> ended = {};
  std::optional<LaterMonths> deferred = {};
  std::optional<bool> continues = {};  // the rest of the period follows, at another rate of tax
  std::optional<bool> closing = {};    // of a segment that is over; of what is paid for afterwards
  std::optional<bool> restarted;       // a new period after a block; periods count from here on
  std::optional<Date> due = {};        // in arrears: the last day to pay it
  std::optional<Instant> grace_until;  // charged without money being there: until then it may be missing
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(SubscriptionCharged, (),
                      (account, subscription, segment, tariff, version, service, price, from, to, period_from,
                       period_to, amount, vat, vat_rate, discount, clamped, hours, began, ended, deferred,
                       continues, closing, restarted, due, grace_until, effective, postings, available,
                       access))

enum class Fee : unsigned char { setup, freeze };
BOOST_DESCRIBE_ENUM(Fee, setup, freeze)

struct FeeCharged {
  static constexpr std::string_view type = "subscription.fee_charged.v1";
  Id account;
  Id subscription;
  Fee fee;
  Id service;
  Money amount;
  Money vat;
  std::optional<Decimal> vat_rate = {};
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(FeeCharged, (),
                      (account, subscription, fee, service, amount, vat, vat_rate, effective, postings,
                       available, access))

struct SubscriptionSuspended {
  static constexpr std::string_view type = "subscription.suspended.v1";
  Id account;
  Id subscription;
  Why reason;
  Date from;     // the first day that is not used
  Money unused;  // charged, less what was used, settled by the event that follows; below zero: owed
  std::optional<uint32_t> outage_days = {};  // from then on, over already and never charged
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionSuspended, (),
                      (account, subscription, reason, from, unused, outage_days, effective, standing))

// The reason to be off is gone; what is to be paid for the days that are left is charged by the event that
// follows, where the money suffices.
struct SubscriptionResumed {
  static constexpr std::string_view type = "subscription.resumed.v1";
  Id account;
  Id subscription;
  uint32_t moved_days;  // the paid period goes on by so many days later
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionResumed, (), (account, subscription, moved_days, effective, standing))

struct SubscriptionCredited {
  static constexpr std::string_view type = "subscription.credited.v1";
  Id account;
  Id subscription;
  uint32_t segment;
  Id service;
  std::optional<Date> from = {};  // the days that were not used, both included
  std::optional<Date> to = {};
  Money amount;
  Money vat;
  std::optional<Decimal> vat_rate = {};
  std::optional<LaterMonths> deferred = {};  // of it: what was not income yet
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(SubscriptionCredited, (),
                      (account, subscription, segment, service, from, to, amount, vat, vat_rate, deferred,
                       effective, postings, available, access))

// From a later day: at the period that begins then.
struct SubscriptionSwitched {
  static constexpr std::string_view type = "subscription.switched.v1";
  Id account;
  Id subscription;
  Id tariff;
  uint32_t version;
  Id previous;
  Date from;
  Money unused;  // of the tariff before, to be given back by the event that follows
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionSwitched, (),
                      (account, subscription, tariff, version, previous, from, unused, effective, standing))

struct SubscriptionFrozen {
  static constexpr std::string_view type = "subscription.frozen.v1";
  Id account;
  Id subscription;
  Date from;
  std::optional<Date> to;  // the last frozen day
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionFrozen, (), (account, subscription, from, to, effective, standing))

struct SubscriptionUnfrozen {
  static constexpr std::string_view type = "subscription.unfrozen.v1";
  Id account;
  Id subscription;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionUnfrozen, (), (account, subscription, effective, standing))

struct SubscriptionCancelled {
  static constexpr std::string_view type = "subscription.cancelled.v1";
  Id account;
  Id subscription;
  Date on;       // the first day without it
  Money unused;  // to be given back by the event that follows
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionCancelled, (), (account, subscription, on, unused, effective, standing))

struct DiscountGranted {
  static constexpr std::string_view type = "discount.granted.v1";
  Id account;
  Id subscription;
  std::optional<Decimal> percent;
  Money amount;  // zero where it is a percentage
  Date from;
  std::optional<Date> until;
  uint32_t order;
  Reason reason;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(DiscountGranted, (),
                      (account, subscription, percent, amount, from, until, order, reason, effective,
                       standing))

struct PriceOverridden {
  static constexpr std::string_view type = "subscription.price_overridden.v1";
  Id account;
  Id subscription;
  Money price;  // as the tariff's: without VAT where the service has it on top
  std::optional<Date> until;
  Reason reason;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(PriceOverridden, (), (account, subscription, price, until, reason, effective, standing))

// The report behind the switches of a mass move.
struct TariffMoved {
  static constexpr std::string_view type = "tariff.moved.v1";
  Id tariff;
  Id to;
  std::optional<Id> group;
  uint32_t moved;
  uint32_t left;  // pending, frozen, or switched today already
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TariffMoved, (), (tariff, to, group, moved, left, effective))

// Days that are not to be paid for, although they were used.
struct SubscriptionRecalculated {
  static constexpr std::string_view type = "subscription.recalculated.v1";
  Id account;
  Id subscription;
  Date from;
  Date to;
  Money unused;  // to be given back by the event that follows
  Reason reason;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionRecalculated, (),
                      (account, subscription, from, to, unused, reason, effective, standing))

// The report behind the credits of an outage.
struct OutageRecalculated {
  static constexpr std::string_view type = "outage.recalculated.v1";
  Date from;
  Date to;
  std::optional<Id> device;
  uint32_t subscriptions;
  Money amount;
  Reason reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(OutageRecalculated, (), (from, to, device, subscriptions, amount, reason, effective))

}  // namespace provodka::subscription
