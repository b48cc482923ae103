#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::access {

// Of PointRow::known_by.
inline constexpr uint16_t kLogin = 1, kMac = 2;

// An access point of an account (a flat, an office, a second address): what is switched on and off.
struct PointRow {
  StringRef name;
  StringRef device;   // the router that it names; empty: none
  StringRef address;  // as it was given, an address or a prefix; empty: none
  uint32_t account;
  uint32_t next;         // of the same account; none is 0xffffffff
  uint32_t version;      // rises with each change of its reasons, of itself, and when it is removed
  uint32_t first_block;  // why it is off; none is 0xffffffff: it is on
  uint32_t reported;     // the newest version that a router's result was reported for
  uint16_t removed;      // the row stays, as its name is not used again
  uint16_t known_by;     // what else a router knows it by: kLogin, kMac
};

// One reason for which a point is off. Rows that are free again are linked through `next`, so that the table
// holds what is open and not its history.
struct BlockRow {
  StringRef reason;
  uint32_t next;
  uint32_t point;  // none is 0xffffffff: the row is free
};

}  // namespace provodka::access
