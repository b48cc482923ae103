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

// What is personal or secret in a command is sealed before it is decided: a nonce is random, and `decide` is
// not. A device has a key as a subscriber has, under a name that no subscriber can have.
namespace provodka::engine {

// Opens the keys and destroys those of every subscriber that the state says was erased, and of every device
// that was retired, so that a vault from a backup brings nobody back.
Result<std::unique_ptr<log::SubscriberKeys>> open_keys(const log::DataDir&, const World&,
                                                       const std::function<void(std::string)>& warn);

// What is to be sealed in a command, sealed, in the arena; empty where there is nothing, or where the state
// says that the command will be refused. So a key is made for a subscriber or a device that is new and for
// nobody else: not for one that was erased, nor beside one whose key is missing, which is a fault. A command
// that is refused for what it says leaves a key that nothing was sealed with, and the next one uses it.
Result<std::string_view> seal_personal(log::SubscriberKeys&, const World&, TenantId, const Command&, Arena&);

// Under which name the vault has the key of a device: ids have no slash.
std::string key_of_device(std::string_view device);

// Whom and what the commands of a decided job erase or retire.
std::vector<log::SubscriberName> erased_by(const Job&);

void destroy_keys(log::SubscriberKeys&, const std::vector<log::SubscriberName>&,
                  const std::function<void(std::string)>& warn);

}  // namespace provodka::engine
