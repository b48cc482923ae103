#pragma once

#include "ledger/core/arena.h"
#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"
#include "ledger/domain/device/commands.h"

#include <optional>

namespace provodka::device {

// base64 of nonce || XChaCha20-Poly1305(JSON of a Secret), with the additional data
// "<tenant>/device/<device>".
using Sealed = Text<2048>;

struct DeviceRegisteredV1 {
  static constexpr std::string_view type = "device.registered.v1";
  Id device;
  Kind kind;
  Address address;
  Mode mode;
  Sealed sealed;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(DeviceRegisteredV1, (), (device, kind, address, mode, sealed, effective))

struct DeviceRegistered {
  static constexpr std::string_view type = "device.registered.v2";
  Id device;
  Kind kind;
  Address address;
  Mode mode;
  Sealed sealed;
  std::optional<Fingerprint> fingerprint;
  Prefixes serves;  // as they were given
  Date effective;
};
BOOST_DESCRIBE_STRUCT(DeviceRegistered, (),
                      (device, kind, address, mode, sealed, fingerprint, serves, effective))

inline DeviceRegistered upcast(const DeviceRegisteredV1& old, Arena&) {
  return {.device = old.device,
          .kind = old.kind,
          .address = old.address,
          .mode = old.mode,
          .sealed = old.sealed,
          .fingerprint = {},
          .serves = {},
          .effective = old.effective};
}

struct DeviceChangedV1 {
  static constexpr std::string_view type = "device.changed.v1";
  Id device;
  std::optional<Kind> kind;
  std::optional<Address> address;
  std::optional<Mode> mode;
  std::optional<Sealed> sealed;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(DeviceChangedV1, (), (device, kind, address, mode, sealed, effective))

// What was changed.
struct DeviceChanged {
  static constexpr std::string_view type = "device.changed.v2";
  Id device;
  std::optional<Kind> kind;
  std::optional<Address> address;
  std::optional<Mode> mode;
  std::optional<Sealed> sealed;
  std::optional<Fingerprint> fingerprint;  // or kNoFingerprint
  std::optional<Prefixes> serves;          // all of them
  Date effective;
};
BOOST_DESCRIBE_STRUCT(DeviceChanged, (),
                      (device, kind, address, mode, sealed, fingerprint, serves, effective))

inline DeviceChanged upcast(const DeviceChangedV1& old, Arena&) {
  return {.device = old.device,
          .kind = old.kind,
          .address = old.address,
          .mode = old.mode,
          .sealed = old.sealed,
          .fingerprint = {},
          .serves = {},
          .effective = old.effective};
}

// The key is destroyed once this is durable: the credentials in the device's events cannot be read any more.
struct DeviceRetired {
  static constexpr std::string_view type = "device.retired.v1";
  Id device;
  Reason reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(DeviceRetired, (), (device, reason, effective))

}  // namespace provodka::device
