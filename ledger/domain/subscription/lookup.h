#pragma once

#include "ledger/domain/account/standing.h"
#include "ledger/domain/context.h"
#include "ledger/domain/rejection.h"
#include "ledger/domain/subscription/events.h"
#include "ledger/domain/world.h"

// What the commands of this room have in common.
namespace provodka::subscription {

// The subscription of that name that has not ended, or the rejection.
Decided<uint32_t> find(const World&, const Context&, Id subscription);

// The version of an open tariff that holds on a day.
Decided<uint32_t> plan_on(const World&, const Context&, Id tariff, Date day,
                          std::string_view pointer = "/data/tariff");

Id account_of(const World&, const SubscriptionRow&);
account::Standings standing_of(const World&, const SubscriptionRow&);

// The switch of a running subscription, or why it cannot be: groups are asked, or not.
enum class Groups { ask, ignore };
Decided<SubscriptionSwitched> switched(const World&, const Context&, uint32_t subscription, Id tariff,
                                       SwitchWhen, Groups);

}  // namespace provodka::subscription
