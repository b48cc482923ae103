#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"

#include <string_view>

namespace provodka {

// An entry of the past that a command names and the state no longer holds, fetched from the log for it.
struct NamedEntry {
  Sequence sequence;
  std::string_view account;
  Money amount;
  std::string_view counter;  // the provider of a payment, the service of a charge
};

// Everything that `decide` may know besides the state: it reads no clock and makes nothing up.
struct Context {
  TenantId tenant;
  Instant now;
  Date today;      // of the tenant
  Date effective;  // never after today
  const NamedEntry* named = nullptr;
  // For tenant.create, where `tenant` is none: the name, and the verifier key of its checkpoints.
  std::string_view new_tenant;
  std::string_view log_key;
};

// What `evolve` knows of an event besides its data.
struct EventMeta {
  TenantId tenant;
  Sequence sequence;
  Position position;
  Instant time;
};

}  // namespace provodka
