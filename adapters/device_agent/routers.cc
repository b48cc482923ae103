#include "adapters/device_agent/routers.h"

#include "adapters/routeros/rest.h"
#include "ledger/core/ip_prefix.h"

#include <cctype>
#include <charconv>

namespace provodka::device_agent {
namespace {

enum Part : uint32_t { kLists = 1, kLease = 2, kSecret = 4, kQueue = 8 };

uint32_t parts_of(device::Mode mode) {
  switch (mode) {
    case device::Mode::address_list:
      return kLists;
    case device::Mode::dhcp_lease:
      return kLists | kLease;
    case device::Mode::ppp_secret:
      return kSecret;
    case device::Mode::simple_queue:
      return kLists | kQueue;
  }
  return 0;
}

std::vector<std::unique_ptr<routeros::Mode>> modes_of_parts(uint32_t parts) {
  std::vector<std::unique_ptr<routeros::Mode>> modes;
  if (parts & kLists) {
    modes.push_back(routeros::address_list_mode());
    modes.push_back(routeros::address_list_mode({.list = routeros::AddressListOptions().list, .v6 = true}));
  }
  if (parts & kLease) modes.push_back(routeros::dhcp_lease_mode());
  if (parts & kSecret) modes.push_back(routeros::ppp_secret_mode());
  if (parts & kQueue) modes.push_back(routeros::simple_queue_mode());
  return modes;
}

// Of host:port, without the brackets of an IPv6 address.
std::string host_of(std::string_view address) {
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

}  // namespace

std::string router_at(std::string_view address) {
  std::string host = host_of(address);
  if (const auto ip = IpPrefix::parse(host)) {
    host = ip->text();
  } else {
    for (char& c : host) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const bool is_tunnel = host.starts_with("127.") || host == "::1" || host == "localhost";
  return is_tunnel ? std::string(address) : host;
}

Result<routeros::RouterOptions> router_options(const Device& device, Login login,
                                               routeros::RouterOptions options) {
  const size_t colon = device.address.rfind(':');
  std::string host = host_of(device.address);
  const char* const end = device.address.data() + device.address.size();
  const char* const digits = colon == std::string::npos ? end : device.address.data() + colon + 1;
  const auto [past, error] = std::from_chars(digits, end, options.endpoint.port);
  if (host.empty() || error != std::errc() || past != end)
    return fault("{} of {} is no host:port", device.address, device.name);
  options.endpoint.host = std::move(host);
  const bool tls =
      device.kind == device::Kind::routeros_api_tls || device.kind == device::Kind::routeros_rest_tls;
  using Tls = routeros::TlsOptions::Mode;
  options.endpoint.tls.mode = !tls                         ? Tls::off
                              : device.fingerprint.empty() ? Tls::unverified
                                                           : Tls::fingerprint;
  options.endpoint.tls.fingerprint = device.fingerprint;
  options.login = std::move(login.name);
  options.password = std::move(login.password);
  return options;
}

std::unique_ptr<routeros::Router> make_router(routeros::asio::io_context& context, device::Kind kind,
                                              routeros::RouterOptions options) {
  if (kind == device::Kind::routeros_rest || kind == device::Kind::routeros_rest_tls)
    return std::make_unique<routeros::RestClient>(context, std::move(options));
  return std::make_unique<routeros::Connection>(context, std::move(options));
}

std::vector<std::unique_ptr<routeros::Mode>> modes_of(device::Mode mode) {
  return modes_of_parts(parts_of(mode));
}

std::vector<std::unique_ptr<routeros::Mode>> modes_left(const Device& device) {
  uint32_t parts = 0;
  for (const auto mode : {device::Mode::address_list, device::Mode::dhcp_lease, device::Mode::ppp_secret,
                          device::Mode::simple_queue}) {
    if (device.former_modes >> static_cast<uint32_t>(mode) & 1) parts |= parts_of(mode);
  }
  return modes_of_parts(parts & ~parts_of(device.mode) & ~kSecret);
}

}  // namespace provodka::device_agent
