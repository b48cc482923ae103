#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::device {
inline constexpr RejectionKind device_exists{1601, "device_exists", 422, "The device exists already"};
inline constexpr RejectionKind unknown_device{1602, "unknown_device", 404, "There is no such device"};
inline constexpr RejectionKind device_retired{1603, "device_retired", 422, "The device has been retired"};
inline constexpr RejectionKind address_not_host_port{1604, "address_not_host_port", 422,
                                                     "An address is a host, a colon and a port"};
inline constexpr RejectionKind fingerprint_not_sha256{
    1606, "fingerprint_not_sha256", 422,
    "A fingerprint is the SHA-256 of a certificate in 64 hexadecimal digits"};
inline constexpr RejectionKind fingerprint_needs_tls{
    1607, "fingerprint_needs_tls", 422, "Only a router that is talked to in TLS shows a certificate"};
inline constexpr RejectionKind not_a_prefix{1608, "not_a_prefix", 422,
                                            "What a device serves are addresses and prefixes"};
inline constexpr RejectionKind prefix_served{1609, "prefix_served", 422, "Another device serves this prefix"};
inline constexpr RejectionKind device_unchanged{1605, "device_unchanged", 422,
                                                "Nothing of the device would change"};
}  // namespace provodka::device
