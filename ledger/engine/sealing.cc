#include "ledger/engine/sealing.h"

#include "ledger/codec/json_out.h"

namespace provodka::engine {
namespace {

template <class C>
Result<std::string_view> seal(log::SubscriberKeys& keys, std::string_view tenant, const C& command,
                              bool create, Arena& arena) {
  static thread_local Buffer text;
  text.clear();
  codec::write(text, subscriber::personal_in(command));
  const auto sealed = keys.seal(tenant, command.subscriber.text, text.view(), create);
  if (!sealed) return std::unexpected(sealed.error());
  if (*sealed) return arena.copy(**sealed);
  return fault("the vault has no key of subscriber {}: restore vault/subscribers from its backup",
               command.subscriber.text);
}

}  // namespace

Result<std::unique_ptr<log::SubscriberKeys>> open_keys(const log::DataDir& dir, const World& world,
                                                       const std::function<void(std::string)>& warn) {
  auto keys = log::SubscriberKeys::open(dir.subscriber_keys(), warn);
  if (!keys) return keys;
  std::vector<log::SubscriberName> erased;
  for (uint32_t i = 0; i < world.subscribers.size(); ++i) {
    const subscriber::SubscriberRow& row = world.subscribers[i];
    if (row.erased != 0) {
      const std::string_view tenant = world.strings[world.tenant(TenantId(row.tenant)).name];
      erased.push_back({std::string(tenant), std::string(world.strings[row.name])});
    }
  }
  if (const auto destroyed = (*keys)->destroy(erased); !destroyed) return std::unexpected(destroyed.error());
  if ((*keys)->was_made() && world.subscribers.size() > erased.size()) {
    warn(
        fmt::format("{} was missing: what is personal of the subscribers before now cannot be read until it "
                    "is restored from its backup",
                    dir.subscriber_keys()));
  }
  return keys;
}

Result<std::string_view> seal_personal(log::SubscriberKeys& keys, const World& world, TenantId tenant,
                                       const Command& command, Arena& arena) {
  const auto* made = std::get_if<subscriber::RegisterSubscriber>(&command.data);
  if (made && !world.find_subscriber(tenant, made->subscriber.text))
    return seal(keys, command.tenant.text, *made, true, arena);
  const auto* changed = std::get_if<subscriber::ChangeSubscriber>(&command.data);
  const auto id = changed ? world.find_subscriber(tenant, changed->subscriber.text) : std::nullopt;
  if (id && world.subscribers[*id].erased == 0)
    return seal(keys, command.tenant.text, *changed, false, arena);
  return std::string_view();
}

std::vector<log::SubscriberName> erased_by(const Job& job) {
  std::vector<log::SubscriberName> erased;
  for (size_t i = 0; i < job.commands.size(); ++i) {
    const Command& command = job.commands[i].command;
    const auto* erase = std::get_if<subscriber::EraseSubscriber>(&command.data);
    if (erase && job.outcomes[i].kind == Outcome::Kind::recorded)
      erased.push_back({std::string(command.tenant.text), std::string(erase->subscriber.text)});
  }
  return erased;
}

void destroy_keys(log::SubscriberKeys& keys, const std::vector<log::SubscriberName>& erased,
                  const std::function<void(std::string)>& warn) {
  const auto destroyed = keys.destroy(erased);
  if (!destroyed)
    warn(destroyed.error().what + "; keys of erased subscribers are destroyed at the next start");
}

}  // namespace provodka::engine
