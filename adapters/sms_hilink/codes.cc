#include "adapters/sms_hilink/codes.h"

#include <string_view>

#include <fmt/format.h>

namespace provodka::sms_hilink {
namespace {

struct Row {
  int code;
  Meaning meaning;
  std::string_view words;
};

// After HSPDev/Huawei-E5180-API, huawei-lte-api's enums and kenshaw/hilink. Which were refused before
// anything was queued is inferred from what they say.
constexpr Row kRows[] = {
    {100002, Meaning::refused, "not supported by its firmware"},
    {100003, Meaning::no_rights, "no rights: a login is needed"},
    {100004, Meaning::not_now, "busy"},
    {100005, Meaning::refused, "the form of the request is wrong"},
    {100006, Meaning::refused, "a parameter is wrong"},
    {100007, Meaning::not_now, "it cannot save its configuration"},
    {100008, Meaning::not_now, "it cannot read its configuration"},
    {101001, Meaning::not_now, "no SIM card, or none that it can use"},
    {101002, Meaning::not_now, "the SIM card is locked by a PIN"},
    {101003, Meaning::not_now, "the SIM card is locked by a PUK"},
    {101004, Meaning::not_now, "the SIM card cannot be used"},
    {103002, Meaning::refused, "the PIN is wrong"},
    {108001, Meaning::refused, "there is no such user"},
    {108002, Meaning::refused, "the password is wrong"},
    {108003, Meaning::not_now, "somebody is logged in already"},
    {108005, Meaning::not_now, "too many users are logged in"},
    {108006, Meaning::refused, "the user or the password is wrong"},
    {108007, Meaning::not_now, "too many attempts to log in"},
    {112005, Meaning::not_now, "it is not registered in the network"},
    {112008, Meaning::not_now, "the SIM card is not ready for the network"},
    {113017, Meaning::refused, "the number or the text is empty or not allowed"},
    {113018, Meaning::unknown, "the network did not answer in time"},
    {113020, Meaning::not_now, "the messages cannot be listed"},
    {113031, Meaning::not_now, "the message centre cannot be set"},
    {113036, Meaning::not_now, "the message cannot be removed"},
    {113047, Meaning::not_now, "the settings cannot be saved"},
    {113053, Meaning::not_now, "there is no room for messages"},
    {113054, Meaning::refused, "the phone number is too long"},
    {115002, Meaning::refused, "its password has to be changed first"},
    {120001, Meaning::not_now, "a call is under way"},
    {125001, Meaning::token, "the token is spent"},
    {125002, Meaning::token, "the session is over"},
    {125003, Meaning::token, "the session's token is spent"},
};

const Row* find(int code) {
  for (const Row& row : kRows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

}  // namespace

Meaning meaning_of(int code) {
  const Row* const row = find(code);
  return row ? row->meaning : Meaning::unknown;
}

std::string words_for(int code) {
  const Row* const row = find(code);
  return row ? fmt::format("{}: {}", code, row->words) : fmt::format("error {}", code);
}

}  // namespace provodka::sms_hilink
