#pragma once

#include "ledger/domain/string_pool.h"

namespace provodka::notification {

// How a message goes out.
enum class Channel : uint32_t { telegram, sms };

// What makes an agent ask for a message by itself.
enum class Trigger : uint32_t {
  charge_due,
  blocked,
  unblocked,
  payment_received,
  promise_expires,
  run_report,
};

// A template in one language. Its text is in the events alone.
struct TemplateRow {
  StringRef name;
  StringRef language;
  uint32_t tenant;
  uint32_t version;  // of the text in this language, counted from 1
  uint32_t fields;   // that the text has: a bit each, in the order of the members of Fields
  uint32_t trigger;  // the Trigger's number plus one; 0: none
  uint32_t next;     // the same in another language; none is 0xffffffff
  uint32_t first;    // 1: the language that it was written in first, under which it is found
};

// What is known of a message's present attempt.
enum class Progress : uint32_t { requested, sending, sent, failed, unknown };

// A message of which more is expected. Rows that are free again have no sequence, so that the table holds
// what is open and not its history.
struct MessageRow {
  uint64_t sequence;  // of the event that asked for it: the message's id; 0: the row is free
  uint32_t tenant;
  uint32_t subscriber;
  uint32_t attempt;  // the present one, counted from 1; 0: none was begun
  Channel channel;   // of the present attempt
  Progress progress;
  uint32_t reserved;
};

}  // namespace provodka::notification
