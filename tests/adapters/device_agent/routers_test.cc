#include "adapters/device_agent/routers.h"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace provodka::device_agent {
namespace {

using device::Mode;
using Names = std::vector<std::string>;

Names names_of(const std::vector<std::unique_ptr<routeros::Mode>>& modes) {
  Names names;
  for (const auto& mode : modes) names.emplace_back(mode->name());
  return names;
}

Names left_of(Mode former, Mode now) {
  Device device;
  device.mode = now;
  device.former_modes = 1u << static_cast<uint32_t>(former);
  return names_of(modes_left(device));
}

TEST_CASE("a lease and a queue have the address list beside them, which cuts at once") {
  CHECK(names_of(modes_of(Mode::address_list)) == Names{"address-list", "address-list-v6"});
  CHECK(names_of(modes_of(Mode::dhcp_lease)) == Names{"address-list", "address-list-v6", "dhcp-lease"});
  CHECK(names_of(modes_of(Mode::simple_queue)) == Names{"address-list", "address-list-v6", "simple-queue"});
  CHECK(names_of(modes_of(Mode::ppp_secret)) == Names{"ppp-secret"});
}

TEST_CASE("of a former mode what the present one has is not emptied, and nor are secrets") {
  CHECK(left_of(Mode::address_list, Mode::dhcp_lease).empty());
  CHECK(left_of(Mode::dhcp_lease, Mode::address_list) == Names{"dhcp-lease"});
  CHECK(left_of(Mode::dhcp_lease, Mode::simple_queue) == Names{"dhcp-lease"});
  CHECK(left_of(Mode::dhcp_lease, Mode::ppp_secret) ==
        Names{"address-list", "address-list-v6", "dhcp-lease"});
  CHECK(left_of(Mode::ppp_secret, Mode::dhcp_lease).empty());
}

}  // namespace
}  // namespace provodka::device_agent
