#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::subscription {
inline constexpr RejectionKind subscription_exists{901, "subscription_exists", 422,
                                                   "The subscription exists already"};
inline constexpr RejectionKind unknown_subscription{902, "unknown_subscription", 404,
                                                    "There is no such subscription"};
inline constexpr RejectionKind unknown_plan{903, "unknown_plan", 404,
                                            "There is no such tariff to subscribe to"};
inline constexpr RejectionKind plan_closed{904, "plan_closed", 422, "The tariff takes no new subscriptions"};
inline constexpr RejectionKind not_in_force{905, "not_in_force", 422,
                                            "The tariff has no version for that day"};
inline constexpr RejectionKind start_in_past{906, "start_in_past", 422,
                                             "A subscription starts today or later"};
inline constexpr RejectionKind not_its_point{907, "not_its_point", 422,
                                             "The account has no such access point"};
inline constexpr RejectionKind subscription_ended{908, "subscription_ended", 422,
                                                  "The subscription has ended"};
inline constexpr RejectionKind same_tariff{909, "same_tariff", 422,
                                           "The subscription has this tariff already"};
inline constexpr RejectionKind outside_group{910, "outside_group", 422,
                                             "This tariff cannot be switched to from the present one"};
inline constexpr RejectionKind switched_today{911, "switched_today", 422,
                                              "A subscription is switched once a day at most", true};
inline constexpr RejectionKind not_running{912, "not_running", 422, "The subscription is not running", true};
inline constexpr RejectionKind freeze_not_ahead{913, "freeze_not_ahead", 422,
                                                "A freeze begins tomorrow or later and lasts a day at least"};
inline constexpr RejectionKind freeze_in_debt{914, "freeze_in_debt", 422,
                                              "No freeze in debt or on a promised payment", true};
inline constexpr RejectionKind frozen_already{915, "frozen_already", 422,
                                              "The subscription is frozen already"};
inline constexpr RejectionKind not_frozen{916, "not_frozen", 422, "The subscription is not frozen"};
inline constexpr RejectionKind too_many_subscriptions{917, "too_many_subscriptions", 422,
                                                      "An account has at most 64 subscriptions"};
inline constexpr RejectionKind freeze_over_allowance{918, "freeze_over_allowance", 422,
                                                     "More frozen days than the year allows"};
inline constexpr RejectionKind freeze_too_short{919, "freeze_too_short", 422,
                                                "Fewer days than a freeze lasts at least"};
inline constexpr RejectionKind freeze_too_long{920, "freeze_too_long", 422,
                                               "More days than a freeze lasts at most"};
inline constexpr RejectionKind percent_or_amount{921, "percent_or_amount", 422,
                                                 "A discount is either a percentage up to 100 or an amount"};
inline constexpr RejectionKind discount_above_price{922, "discount_above_price", 422,
                                                    "The discount is more than the price"};
inline constexpr RejectionKind ends_before_it_begins{923, "ends_before_it_begins", 422,
                                                     "The last day is before the first"};
inline constexpr RejectionKind accounts_or_device{
    924, "accounts_or_device", 422,
    "Name either accounts or a device; streets are sealed with the addresses"};
}  // namespace provodka::subscription
