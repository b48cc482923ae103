#include "ledger/domain/device/decide.h"

#include "ledger/domain/device/rejection.h"
#include "ledger/domain/entry.h"

#include <algorithm>

namespace provodka::device {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0' || !std::ranges::all_of(text, is_digit))
    return false;
  uint32_t port = 0;
  for (const char c : text) port = port * 10 + static_cast<uint32_t>(c - '0');
  return port <= 65535;
}

// RFC 1123, section 2.1; an IPv4 address is spelled like one.
bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  while (!host.empty()) {
    const std::string_view label = host.substr(0, host.find('.'));
    const bool spelled =
        std::ranges::all_of(label, [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
    if (label.empty() || label.size() > 63 || !spelled || label.front() == '-' || label.back() == '-')
      return false;
    host.remove_prefix(label.size());
    if (host == ".") return false;
    if (!host.empty()) host.remove_prefix(1);
  }
  return true;
}

// Whether it could be an IPv6 address; whether it is one is found out by connecting.
bool is_plausible_ipv6(std::string_view host) {
  return host.size() <= 45 && std::ranges::count(host, ':') >= 2 && std::ranges::all_of(host, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
         });
}

bool is_host_port(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || !is_port(address.substr(colon + 1))) return false;
  const std::string_view host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) return is_plausible_ipv6(host.substr(1, host.size() - 2));
  return is_host(host);
}

Decided<void> check_address(Address address) {
  if (is_host_port(address.text)) return {};
  return reject(address_not_host_port, "/data/address", "such as r1.example.net:8728 or [2001:db8::1]:8729");
}

bool changes_something(const World& world, const DeviceRow& row, const ChangeDevice& command) {
  return command.credentials || (command.kind && *command.kind != row.kind) ||
         (command.mode && *command.mode != row.mode) ||
         (command.address && command.address->text != world.strings[row.address]);
}

}  // namespace

Decided<Decision> decide(const World& world, const RegisterDevice& command, const Context& context) {
  if (const auto id = world.find_device(context.tenant, command.device.text)) {
    const bool retired = world.devices[*id].retired != 0;
    return reject(device_exists, "/data/device",
                  retired ? "it was retired, and its name is not used again" : "");
  }
  if (const auto checked = check_address(command.address); !checked) return std::unexpected(checked.error());
  return accept(DeviceRegistered{.device = command.device,
                                 .kind = command.kind,
                                 .address = command.address,
                                 .mode = command.mode,
                                 .sealed = {context.sealed},
                                 .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ChangeDevice& command, const Context& context) {
  const auto id = present_device(world, context, command.device, "/data/device");
  if (!id) return std::unexpected(id.error());
  if (command.address) {
    if (const auto checked = check_address(*command.address); !checked)
      return std::unexpected(checked.error());
  }
  if (!changes_something(world, world.devices[*id], command)) return reject(device_unchanged, "/data");
  return accept(
      DeviceChanged{.device = command.device,
                    .kind = command.kind,
                    .address = command.address,
                    .mode = command.mode,
                    .sealed = command.credentials ? std::optional(Sealed{context.sealed}) : std::nullopt,
                    .effective = context.effective});
}

Decided<Decision> decide(const World& world, const RetireDevice& command, const Context& context) {
  const auto id = present_device(world, context, command.device, "/data/device");
  if (!id) return std::unexpected(id.error());
  return accept(
      DeviceRetired{.device = command.device, .reason = command.reason, .effective = context.effective});
}

}  // namespace provodka::device
