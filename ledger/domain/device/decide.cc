#include "ledger/domain/device/decide.h"

#include "ledger/core/ip_prefix.h"
#include "ledger/domain/device/forms.h"
#include "ledger/domain/device/rejection.h"
#include "ledger/domain/entry.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

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

bool is_tls(Kind kind) { return kind == Kind::routeros_api_tls || kind == Kind::routeros_rest_tls; }

Decided<void> check_fingerprint(std::string_view fingerprint) {
  if (plain_fingerprint(fingerprint)) return {};
  return reject(fingerprint_not_sha256, "/data/fingerprint", "`provodka device check` shows the one it saw");
}

Decided<void> check_prefixes(const World& world, const Context& context, Id device,
                             const Prefixes& prefixes) {
  std::set<std::string> wanted;
  for (const auto given : prefixes) {
    const auto prefix = IpPrefix::parse(given.text);
    if (!prefix)
      return reject(not_a_prefix, "/data/serves",
                    fmt::format("\"{}\" is none; such as 10.1.0.0/16 or 2001:db8::/48", given.text));
    wanted.insert(prefix->text());
  }
  if (wanted.empty()) return {};
  for (uint32_t i = 0; i < world.devices.size(); ++i) {
    const DeviceRow& row = world.devices[i];
    if (row.tenant != context.tenant.value() || row.retired != 0 || world.strings[row.name] == device.text)
      continue;
    std::string taken;
    for_each_prefix(world.strings[row.serves], [&](std::string_view prefix) {
      if (wanted.contains(std::string(prefix))) taken = prefix;
    });
    if (!taken.empty())
      return reject(prefix_served, "/data/serves",
                    fmt::format("{} is served by {}", taken, world.strings[row.name]));
  }
  return {};
}

// What a change makes of a device, in the forms of its row.
struct Changed {
  Kind kind;
  Mode mode;
  std::string_view address;
  std::string fingerprint, serves;
};

Changed after(const World& world, const DeviceRow& row, const ChangeDevice& command) {
  return {
      .kind = command.kind.value_or(row.kind),
      .mode = command.mode.value_or(row.mode),
      .address = command.address ? command.address->text : world.strings[row.address],
      .fingerprint = command.fingerprint ? plain_fingerprint(command.fingerprint->text).value_or("")
                                         : std::string(world.strings[row.fingerprint]),
      .serves = command.serves ? plain_prefixes(*command.serves) : std::string(world.strings[row.serves])};
}

bool is_same(const World& world, const DeviceRow& row, const Changed& changed) {
  return changed.kind == row.kind && changed.mode == row.mode &&
         changed.address == world.strings[row.address] &&
         changed.fingerprint == world.strings[row.fingerprint] && changed.serves == world.strings[row.serves];
}

}  // namespace

Decided<Decision> decide(const World& world, const RegisterDevice& command, const Context& context) {
  if (const auto id = world.find_device(context.tenant, command.device.text)) {
    const bool retired = world.devices[*id].retired != 0;
    return reject(device_exists, "/data/device",
                  retired ? "it was retired, and its name is not used again" : "");
  }
  const Prefixes serves = command.serves.value_or(Prefixes());
  Decided<void> checked = check_address(command.address);
  if (checked && command.fingerprint) checked = check_fingerprint(command.fingerprint->text);
  if (checked && command.fingerprint && !is_tls(command.kind))
    checked = reject(fingerprint_needs_tls, "/data/fingerprint");
  if (checked) checked = check_prefixes(world, context, command.device, serves);
  if (!checked) return std::unexpected(checked.error());
  return accept(DeviceRegistered{.device = command.device,
                                 .kind = command.kind,
                                 .address = command.address,
                                 .mode = command.mode,
                                 .sealed = {context.sealed},
                                 .fingerprint = command.fingerprint,
                                 .serves = serves,
                                 .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ChangeDevice& command, const Context& context) {
  const auto id = present_device(world, context, command.device, "/data/device");
  if (!id) return std::unexpected(id.error());
  const DeviceRow& row = world.devices[*id];
  Decided<void> checked;
  if (command.address) checked = check_address(*command.address);
  if (checked && command.fingerprint && command.fingerprint->text != kNoFingerprint)
    checked = check_fingerprint(command.fingerprint->text);
  if (checked && command.serves) checked = check_prefixes(world, context, command.device, *command.serves);
  if (!checked) return std::unexpected(checked.error());
  const Changed changed = after(world, row, command);
  if (!changed.fingerprint.empty() && !is_tls(changed.kind))
    return reject(fingerprint_needs_tls, command.kind ? "/data/kind" : "/data/fingerprint",
                  "the fingerprint \"none\" takes away the one that is there");
  if (!command.credentials && is_same(world, row, changed)) return reject(device_unchanged, "/data");
  return accept(
      DeviceChanged{.device = command.device,
                    .kind = command.kind,
                    .address = command.address,
                    .mode = command.mode,
                    .sealed = command.credentials ? std::optional(Sealed{context.sealed}) : std::nullopt,
                    .fingerprint = command.fingerprint,
                    .serves = command.serves,
                    .effective = context.effective});
}

Decided<Decision> decide(const World& world, const RetireDevice& command, const Context& context) {
  const auto id = present_device(world, context, command.device, "/data/device");
  if (!id) return std::unexpected(id.error());
  return accept(
      DeviceRetired{.device = command.device, .reason = command.reason, .effective = context.effective});
}

}  // namespace provodka::device
