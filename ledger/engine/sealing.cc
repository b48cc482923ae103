#include "ledger/engine/sealing.h"

#include "ledger/codec/json_out.h"

namespace provodka::engine {
namespace {

// Seals for one command of a tenant.
struct Sealer {
  log::SubscriberKeys& keys;
  const World& world;
  TenantId tenant;
  std::string_view tenant_name;
  Arena& arena;

  template <class T>
  Result<std::string_view> seal(std::string_view key, const T& secret, bool create) const {
    static thread_local Buffer text;
    text.clear();
    codec::write(text, secret);
    const auto sealed = keys.seal(tenant_name, key, text.view(), create);
    if (!sealed) return std::unexpected(sealed.error());
    if (*sealed) return arena.copy(**sealed);
    return fault("the vault has no key of {}{}: restore vault/subscribers from its backup",
                 key.contains('/') ? "" : "subscriber ", key);
  }

  bool is_present(Id subscriber) const {
    const auto id = world.find_subscriber(tenant, subscriber.text);
    return id && world.subscribers[*id].erased == 0;
  }

  Result<std::string_view> seal_in(const subscriber::RegisterSubscriber& command) const {
    if (world.find_subscriber(tenant, command.subscriber.text)) return std::string_view();
    return seal(command.subscriber.text, subscriber::personal_in(command), true);
  }
  Result<std::string_view> seal_in(const subscriber::ChangeSubscriber& command) const {
    if (!is_present(command.subscriber)) return std::string_view();
    return seal(command.subscriber.text, subscriber::personal_in(command), false);
  }
  Result<std::string_view> seal_in(const notification::SendMessage& command) const {
    if (!command.fields || !is_present(command.subscriber)) return std::string_view();
    return seal(command.subscriber.text, notification::to_seal(command.subscriber, *command.fields), false);
  }
  Result<std::string_view> seal_in(const notification::LinkTelegram& command) const {
    if (!is_present(command.subscriber)) return std::string_view();
    return seal(command.subscriber.text,
                notification::SealedChat{command.subscriber, command.chat, command.phone}, false);
  }
  Result<std::string_view> seal_in(const device::RegisterDevice& command) const {
    if (world.find_device(tenant, command.device.text)) return std::string_view();
    return seal_credentials(command.device, command.credentials, true);
  }
  Result<std::string_view> seal_in(const device::ChangeDevice& command) const {
    const auto id = world.find_device(tenant, command.device.text);
    if (!command.credentials || !id || world.devices[*id].retired != 0) return std::string_view();
    return seal_credentials(command.device, *command.credentials, false);
  }

  Result<std::string_view> seal_credentials(Id device, const device::Credentials& credentials,
                                            bool create) const {
    return seal(key_of_device(device.text), device::Secret{device, credentials.login, credentials.password},
                create);
  }
};

// Every subscriber that was erased and every device that was retired.
std::vector<log::SubscriberName> gone_in(const World& world) {
  std::vector<log::SubscriberName> gone;
  const auto tenant_of = [&](const auto& row) {
    return std::string(world.strings[world.tenant(TenantId(row.tenant)).name]);
  };
  for (uint32_t i = 0; i < world.subscribers.size(); ++i) {
    const subscriber::SubscriberRow& row = world.subscribers[i];
    if (row.erased != 0) gone.push_back({tenant_of(row), std::string(world.strings[row.name])});
  }
  for (uint32_t i = 0; i < world.devices.size(); ++i) {
    const device::DeviceRow& row = world.devices[i];
    if (row.retired != 0) gone.push_back({tenant_of(row), key_of_device(world.strings[row.name])});
  }
  return gone;
}

}  // namespace

std::string key_of_device(std::string_view device) { return "device/" + std::string(device); }

Result<std::unique_ptr<log::SubscriberKeys>> open_keys(const log::DataDir& dir, const World& world,
                                                       const std::function<void(std::string)>& warn) {
  auto keys = log::SubscriberKeys::open(dir.subscriber_keys(), warn);
  if (!keys) return keys;
  const auto gone = gone_in(world);
  if (const auto destroyed = (*keys)->destroy(gone); !destroyed) return std::unexpected(destroyed.error());
  if ((*keys)->was_made() && size_t{world.subscribers.size()} + world.devices.size() > gone.size()) {
    warn(
        fmt::format("{} was missing: what is personal of the subscribers before now, and the credentials of "
                    "devices, cannot be read until it is restored from its backup",
                    dir.subscriber_keys()));
  }
  return keys;
}

Result<std::string_view> seal_personal(log::SubscriberKeys& keys, const World& world, TenantId tenant,
                                       const Command& command, Arena& arena) {
  const Sealer sealer{keys, world, tenant, command.tenant.text, arena};
  return std::visit(
      [&](const auto& data) -> Result<std::string_view> {
        if constexpr (requires { sealer.seal_in(data); }) {
          return sealer.seal_in(data);
        } else {
          return std::string_view();
        }
      },
      command.data);
}

std::vector<log::SubscriberName> erased_by(const Job& job) {
  std::vector<log::SubscriberName> erased;
  for (size_t i = 0; i < job.commands.size(); ++i) {
    if (job.outcomes[i].kind != Outcome::Kind::recorded) continue;
    const Command& command = job.commands[i].command;
    if (const auto* erase = std::get_if<subscriber::EraseSubscriber>(&command.data))
      erased.push_back({std::string(command.tenant.text), std::string(erase->subscriber.text)});
    if (const auto* retire = std::get_if<device::RetireDevice>(&command.data))
      erased.push_back({std::string(command.tenant.text), key_of_device(retire->device.text)});
  }
  return erased;
}

void destroy_keys(log::SubscriberKeys& keys, const std::vector<log::SubscriberName>& erased,
                  const std::function<void(std::string)>& warn) {
  const auto destroyed = keys.destroy(erased);
  if (!destroyed)
    warn(destroyed.error().what + "; keys of those who were erased are destroyed at the next start");
}

}  // namespace provodka::engine
