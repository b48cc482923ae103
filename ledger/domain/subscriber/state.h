#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::subscriber {

enum class Kind : uint32_t { person, company };

// Nothing personal: who it is stands sealed in the events, and only the vault's key opens that.
struct SubscriberRow {
  StringRef name;  // the operator's own id
  StringRef language;
  uint64_t sealed;  // the tenant's sequence of the last event that sealed something; 0 once erased
  uint32_t tenant;
  Kind kind;
  uint32_t first_account;  // an AccountLink, of the newest; none is 0xffffffff
  uint32_t accounts;       // how many were opened for it
  uint32_t on_hold;
  uint32_t erased;
  uint32_t chat;  // 1: a Telegram chat is linked
  uint32_t reserved;
};

// An account of a subscriber's.
struct AccountLink {
  uint32_t account;
  uint32_t next;  // of the same subscriber; none is 0xffffffff
};

}  // namespace provodka::subscriber
