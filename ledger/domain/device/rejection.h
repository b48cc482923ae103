#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::device {
inline constexpr RejectionKind device_exists{1601, "device_exists", 422, "The device exists already"};
inline constexpr RejectionKind unknown_device{1602, "unknown_device", 404, "There is no such device"};
inline constexpr RejectionKind device_retired{1603, "device_retired", 422, "The device has been retired"};
inline constexpr RejectionKind address_not_host_port{1604, "address_not_host_port", 422,
                                                     "An address is a host, a colon and a port"};
inline constexpr RejectionKind device_unchanged{1605, "device_unchanged", 422,
                                                "Nothing of the device would change"};
}  // namespace provodka::device
