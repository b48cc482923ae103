#pragma once

#include "ledger/core/arena.h"
#include "ledger/domain/world.h"
#include "ledger/engine/job.h"
#include "ledger/log/data_dir.h"
#include "ledger/log/subscriber_keys.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// What is personal in a command is sealed before it is decided: a nonce is random, and `decide` is not.
namespace provodka::engine {

// Opens the keys and destroys those of every subscriber that the state says was erased, so that a vault from
// a backup brings nobody back.
Result<std::unique_ptr<log::SubscriberKeys>> open_keys(const log::DataDir&, const World&,
                                                       const std::function<void(std::string)>& warn);

// What is personal in a command, sealed, in the arena; empty where there is nothing, or where the state says
// that the command will be refused. So a key is made for a subscriber that is new and for nobody else: not
// for one that was erased, nor beside one whose key is missing, which is a fault. A command that is refused
// for what it says leaves a key that nothing was sealed with, and the next one uses it.
Result<std::string_view> seal_personal(log::SubscriberKeys&, const World&, TenantId, const Command&, Arena&);

// Whom the commands of a decided job erase.
std::vector<log::SubscriberName> erased_by(const Job&);

void destroy_keys(log::SubscriberKeys&, const std::vector<log::SubscriberName>&,
                  const std::function<void(std::string)>& warn);

}  // namespace provodka::engine
