#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"

#include <optional>
#include <string_view>

namespace provodka {

// An entry of the past that a command names and the state no longer holds, fetched from the log for it.
struct NamedEntry {
  Sequence sequence;
  std::string_view account;
  Money amount;
  std::string_view counter;  // the provider of a payment, the service of a charge
  bool suspended = false;    // a payment that came in without an account that could take it
  // Of a charge: its tax, in percent, and the segment of the subscription that it was for, if it was.
  std::optional<Decimal> vat_rate = {};
  std::string_view subscription = {};
  uint32_t segment = 0;
  Date from = {};
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
  // For period.close: the head of the tenant's log, its root in base64.
  Sequence log_size = {};
  std::string_view log_root = {};
  // For billing.run: how long it took to charge what was due.
  uint32_t run_ms = 0;
  // What is personal or secret in a command, under the key of its subscriber or device.
  std::string_view sealed = {};
};

// What `evolve` knows of an event besides its data.
struct EventMeta {
  TenantId tenant;
  Sequence sequence;
  Position position;
  Instant time;
};

}  // namespace provodka
