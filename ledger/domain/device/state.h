#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::device {

// How a router is talked to: RouterOS's API, plain (port 8728) or in TLS (8729), or the REST API of version
// 7, over HTTP or HTTPS.
enum class Kind : uint32_t { routeros_api, routeros_api_tls, routeros_rest, routeros_rest_tls };

// How a router switches a point off and on.
enum class Mode : uint32_t {
  address_list,  // the point's address is on a list of the firewall while it is off
  dhcp_lease,    // the static lease of its MAC has block-access, and its address is on the list too
  ppp_secret,    // the secret of its login is disabled, and an active session is ended
  simple_queue,  // the queue of its address has the tariff's speed; while it is off, none gets through
};

// Nothing secret: login and password stand sealed in the events, and only the vault's key opens them.
struct DeviceRow {
  StringRef name;
  StringRef address;      // host:port
  StringRef fingerprint;  // of its certificate, in 64 lower-case digits; empty: any will do
  StringRef serves;       // prefixes in their one form, in order, with a space between them
  uint64_t sealed;        // the tenant's sequence of the last event with credentials; 0 once retired
  uint32_t tenant;
  Kind kind;
  Mode mode;
  uint32_t retired;
};

}  // namespace provodka::device
