#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/subscription/commands.h"

#include <optional>

namespace provodka::subscription {

BOOST_DESCRIBE_ENUM(State, pending, trial, active, off, ended)
BOOST_DESCRIBE_ENUM(Why, none, unpaid, debt, frozen, blocked, ended, not_started)

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
  Money vat;                           // of the amount
  std::optional<bool> restarted;       // a new period after a block; periods count from here on
  std::optional<Instant> grace_until;  // charged without money being there: until then it may be missing
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(SubscriptionCharged, (),
                      (account, subscription, segment, tariff, version, service, price, from, to, period_from,
                       period_to, amount, vat, restarted, grace_until, effective, postings, available,
                       access))

struct SubscriptionSuspended {
  static constexpr std::string_view type = "subscription.suspended.v1";
  Id account;
  Id subscription;
  Why reason;
  Date from;     // the first day that is not used
  Money unused;  // to be given back by the event that follows
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(SubscriptionSuspended, (),
                      (account, subscription, reason, from, unused, effective, standing))

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
  Money amount;
  Money vat;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(SubscriptionCredited, (),
                      (account, subscription, segment, service, amount, vat, effective, postings, available,
                       access))

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

}  // namespace provodka::subscription
