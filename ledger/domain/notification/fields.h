#pragma once

#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

// What a template's text may name in braces, and what a message has for it.
namespace provodka::notification {

// What is left out the agent fills in from what it knows of the subscriber, which is the first three. The
// last three are of a billing run, and numbers.
struct Fields {
  std::optional<Text<200>> name;
  std::optional<Text<64>> account;
  std::optional<Text<64>> balance;
  std::optional<Text<64>> amount;
  std::optional<Text<64>> date;
  std::optional<Text<1000>> text;  // written by hand
  std::optional<Text<20>> expected = {};
  std::optional<Text<20>> charged = {};
  std::optional<Text<20>> skipped = {};
};
BOOST_DESCRIBE_STRUCT(Fields, (), (name, account, balance, amount, date, text, expected, charged, skipped))

// Those that nobody but the sender of a message knows: a bit each.
inline constexpr uint32_t kOfTheSender = 0b111111000;

// The text that message.requested seals with the subscriber's key, as JSON.
struct SealedFields {
  Id subscriber;
  std::optional<Text<200>> name;
  std::optional<Text<64>> account;
  std::optional<Text<64>> balance;
  std::optional<Text<64>> amount;
  std::optional<Text<64>> date;
  std::optional<Text<1000>> text;
  std::optional<Text<20>> expected = {};
  std::optional<Text<20>> charged = {};
  std::optional<Text<20>> skipped = {};
};
BOOST_DESCRIBE_STRUCT(SealedFields, (),
                      (subscriber, name, account, balance, amount, date, text, expected, charged, skipped))

// The text that telegram.linked seals with the subscriber's key, as JSON.
struct SealedChat {
  Id subscriber;
  Text<20> chat;
  Text<32> phone;
};
BOOST_DESCRIBE_STRUCT(SealedChat, (), (subscriber, chat, phone))

inline SealedFields to_seal(Id subscriber, const Fields& fields) {
  return {.subscriber = subscriber,
          .name = fields.name,
          .account = fields.account,
          .balance = fields.balance,
          .amount = fields.amount,
          .date = fields.date,
          .text = fields.text,
          .expected = fields.expected,
          .charged = fields.charged,
          .skipped = fields.skipped};
}

}  // namespace provodka::notification
