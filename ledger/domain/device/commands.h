#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/text.h"
#include "ledger/domain/device/state.h"

#include <optional>

#include <boost/container/small_vector.hpp>

namespace provodka::device {

BOOST_DESCRIBE_ENUM(Kind, routeros_api, routeros_api_tls, routeros_rest, routeros_rest_tls)
BOOST_DESCRIBE_ENUM(Mode, address_list, dhcp_lease, ppp_secret, simple_queue)

// host:port; the host is a name, an IPv4 address, or an IPv6 address in square brackets.
using Address = Text<260>;

// SHA-256 of the certificate that the router shows: 64 hexadecimal digits, colons between them allowed.
using Fingerprint = Text<95>;

// In a change: what takes away the one that is there.
inline constexpr std::string_view kNoFingerprint = "none";

// IPv4 and IPv6 addresses and prefixes.
using Prefixes = boost::container::small_vector<Text<64>, 4>;

struct Credentials {
  Text<64> login;
  Text<128> password;
};
BOOST_DESCRIBE_STRUCT(Credentials, (), (login, password))

// The text that an event seals with the device's key, as JSON.
struct Secret {
  Id device;
  Text<64> login;
  Text<128> password;
};
BOOST_DESCRIBE_STRUCT(Secret, (), (device, login, password))

struct RegisterDevice {
  static constexpr std::string_view type = "device.register";
  Id device;
  Kind kind;
  Address address;
  Mode mode;
  Credentials credentials;
  std::optional<Fingerprint> fingerprint;
  std::optional<Prefixes> serves;
};
BOOST_DESCRIBE_STRUCT(RegisterDevice, (), (device, kind, address, mode, credentials, fingerprint, serves))

// What is left out stays as it is. Login and password are changed together, and so are all prefixes.
struct ChangeDevice {
  static constexpr std::string_view type = "device.change";
  Id device;
  std::optional<Kind> kind;
  std::optional<Address> address;
  std::optional<Mode> mode;
  std::optional<Credentials> credentials;
  std::optional<Fingerprint> fingerprint;
  std::optional<Prefixes> serves;
};
BOOST_DESCRIBE_STRUCT(ChangeDevice, (), (device, kind, address, mode, credentials, fingerprint, serves))

struct RetireDevice {
  static constexpr std::string_view type = "device.retire";
  Id device;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(RetireDevice, (), (device, reason))

}  // namespace provodka::device
