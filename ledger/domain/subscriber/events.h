#pragma once

#include "ledger/core/date.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/text.h"
#include "ledger/domain/subscriber/commands.h"

#include <optional>

namespace provodka::subscriber {

// base64 of nonce || XChaCha20-Poly1305(JSON of a Personal), with the additional data
// "<tenant>/<subscriber>".
using Sealed = Text<49152>;

struct SubscriberRegistered {
  static constexpr std::string_view type = "subscriber.registered.v1";
  Id subscriber;
  Kind kind;
  std::optional<Id> language;
  Sealed sealed;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(SubscriberRegistered, (), (subscriber, kind, language, sealed, effective))

// `sealed` holds the fields that were changed; `previous` is the sequence of the event that sealed before, so
// that whoever wants the whole record walks back from the last and takes the newest of each field.
struct SubscriberChanged {
  static constexpr std::string_view type = "subscriber.changed.v1";
  Id subscriber;
  std::optional<Kind> kind;
  std::optional<Id> language;
  Sealed sealed;
  Sequence previous;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(SubscriberChanged, (), (subscriber, kind, language, sealed, previous, effective))

struct SubscriberHeld {
  static constexpr std::string_view type = "subscriber.held.v1";
  Id subscriber;
  bool on;
  Reason reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(SubscriberHeld, (), (subscriber, on, reason, effective))

// The key is destroyed once this is durable: what the subscriber's events sealed cannot be read any more.
struct SubscriberErased {
  static constexpr std::string_view type = "subscriber.erased.v1";
  Id subscriber;
  Reason reason;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(SubscriberErased, (), (subscriber, reason, effective))

}  // namespace provodka::subscriber
