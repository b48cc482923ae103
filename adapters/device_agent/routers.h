#pragma once

#include "adapters/device_agent/credentials.h"
#include "adapters/device_agent/wanted.h"
#include "adapters/routeros/connection.h"
#include "adapters/routeros/mode.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

// From what the books call a device to what drives a router.
namespace provodka::device_agent {

// Where it is and who logs in, with the timeouts of `base`. Without a fingerprint of its certificate TLS
// keeps out only who listens.
Result<routeros::RouterOptions> router_options(const Device& device, Login login,
                                               routeros::RouterOptions base = {});

// The same for two addresses that lead to one router: the same host, by whatever port, as its API and its
// REST have one each. Behind a loopback address are tunnels, one a port. Names are not looked up.
std::string router_at(std::string_view address);

std::unique_ptr<routeros::Router> make_router(routeros::asio::io_context& context, device::Kind kind,
                                              routeros::RouterOptions options);

// What enforces a mode, in the order in which it is done. The address list goes with a queue, which has the
// speed alone, and with a lease, whose block takes hold when the client renews.
std::vector<std::unique_ptr<routeros::Mode>> modes_of(device::Mode mode);

// What enforced the modes that a device had before, as far as its present one does not: to be emptied.
// Secrets are people's and stay as they are.
std::vector<std::unique_ptr<routeros::Mode>> modes_left(const Device& device);

}  // namespace provodka::device_agent
