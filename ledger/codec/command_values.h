#pragma once

#include "ledger/codec/command_codec.h"
#include "ledger/core/describe.h"

#include <fmt/format.h>
#include <simdjson.h>

// Of the decoder of commands alone: single values of JSON, each checked where it is read.
namespace provodka::codec {
namespace {

using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

// The place that is being decoded and the first thing that was wrong.
struct Reading {
  Arena& arena;
  CommandError& error;
  std::string pointer;

  bool fail(std::string_view code, std::string detail) {
    error = {code, pointer, std::move(detail)};
    return false;
  }
};

// At most 64 bytes of what someone sent, for a message, cut between characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= 64) return text;
  size_t end = 64;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

// Moves the pointer to a member while it is being decoded.
class AtMember {
 public:
  AtMember(Reading& reading, std::string_view name) : reading_(reading), length_(reading.pointer.size()) {
    reading_.pointer += '/';
    for (const char c : name) {
      if (c == '~') {
        reading_.pointer += "~0";
      } else if (c == '/') {
        reading_.pointer += "~1";
      } else {
        reading_.pointer += c;
      }
    }
  }
  ~AtMember() { reading_.pointer.resize(length_); }
  AtMember(const AtMember&) = delete;

 private:
  Reading& reading_;
  size_t length_;
};

bool malformed(Reading& reading, simdjson::error_code code) {
  return reading.fail(code == simdjson::INCORRECT_TYPE ? "wrong_type" : "malformed_json",
                      simdjson::error_message(code));
}

std::string_view name_of(json_type type) {
  switch (type) {
    case json_type::array:
      return "an array";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    default:
      return "null";
  }
}

bool expect_type(Reading& reading, value& v, json_type wanted) {
  json_type type;
  if (const auto code = v.type().get(type)) return malformed(reading, code);
  if (type == wanted) return true;
  return reading.fail("wrong_type",
                      fmt::format("{} is expected here, not {}", name_of(wanted), name_of(type)));
}

bool get_text(Reading& reading, value& v, std::string_view& text) {
  if (!expect_type(reading, v, json_type::string)) return false;
  std::string_view decoded;
  if (const auto code = v.get_string().get(decoded)) return malformed(reading, code);
  text = reading.arena.copy(decoded);
  return true;
}

bool decode(Reading& reading, value& v, Id& id) {
  if (!get_text(reading, v, id.text)) return false;
  if (is_operator_id(id.text)) return true;
  return reading.fail("invalid_value", "an id is 1 to 64 of A-Z a-z 0-9 . _ : -");
}

template <size_t Max>
bool decode(Reading& reading, value& v, Text<Max>& text) {
  if (!get_text(reading, v, text.text)) return false;
  if (text.text.empty()) return reading.fail("invalid_value", "the text is empty; leave it out instead");
  if (text.text.size() > Max)
    return reading.fail("invalid_value", fmt::format("the text is longer than {} bytes", Max));
  for (const char c : text.text) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      return reading.fail("invalid_value", "the text has a control character");
    }
  }
  return true;
}

bool decode(Reading& reading, value& v, ExternalId& id) {
  if (!get_text(reading, v, id.text)) return false;
  if (is_command_id(id.text)) return true;
  return reading.fail("invalid_value", "an external id is 1 to 128 printable ASCII characters");
}

bool decode(Reading& reading, value& v, payment::PaidAt& paid_at) {
  if (!get_text(reading, v, paid_at.text)) return false;
  if (Date::parse(paid_at.text) || Instant::parse(paid_at.text)) return true;
  return reading.fail("invalid_value", "a date such as 2026-11-20 or an instant as in RFC 3339 is expected");
}

bool decode(Reading& reading, value& v, bool& flag) {
  if (!expect_type(reading, v, json_type::boolean)) return false;
  if (const auto code = v.get_bool().get(flag)) return malformed(reading, code);
  return true;
}

bool decode(Reading& reading, value& v, Sequence& sequence) {
  if (!expect_type(reading, v, json_type::number)) return false;
  uint64_t number;
  if (v.get_uint64().get(number) || number == 0) {
    return reading.fail("invalid_value", "a sequence is a whole number from 1");
  }
  sequence = Sequence(number);
  return true;
}

bool decode(Reading& reading, value& v, uint32_t& number) {
  if (!expect_type(reading, v, json_type::number)) return false;
  uint64_t wide;
  if (v.get_uint64().get(wide) || wide > 1'000'000) {
    return reading.fail("invalid_value", "a whole number from 0 to 1000000 is expected");
  }
  number = static_cast<uint32_t>(wide);
  return true;
}

bool decode(Reading& reading, value& v, Decimal& decimal) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = Decimal::parse(text);
  if (!parsed) return reading.fail("invalid_value", "a decimal such as \"22\" or \"0.5\" is expected");
  decimal = *parsed;
  return true;
}

template <DescribedEnum E>
bool decode(Reading& reading, value& v, E& choice) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  if (enum_value(text, choice)) return true;
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
      [&](auto e) { names += fmt::format("{}{}", names.empty() ? "" : ", ", e.name); });
  return reading.fail("invalid_value", fmt::format("one of {} is expected", names));
}

bool decode(Reading& reading, value& v, Currency& currency) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  if (const auto found = Currency::from_code(text)) {
    currency = *found;
    return true;
  }
  return reading.fail("invalid_value", "a currency of ISO 4217 such as \"RUB\" is expected");
}

bool decode(Reading& reading, value& v, Amount& amount) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = Amount::parse(text);
  if (!parsed) return reading.fail("invalid_value", std::string(describe(parsed.error())));
  amount = *parsed;
  return true;
}

bool decode(Reading& reading, value& v, Date& date) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = Date::parse(text);
  if (!parsed) return reading.fail("invalid_value", "a date such as \"2026-11-20\" is expected");
  date = *parsed;
  return true;
}

bool decode(Reading& reading, value& v, Month& month) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = Month::parse(text);
  if (!parsed) return reading.fail("invalid_value", "a month such as \"2026-11\" is expected");
  month = *parsed;
  return true;
}

bool decode(Reading& reading, value& v, TimeOfDay& time) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = TimeOfDay::parse(text);
  if (!parsed) return reading.fail("invalid_value", "a time of the day such as \"09:00\" is expected");
  time = *parsed;
  return true;
}

bool decode(Reading& reading, value& v, Instant& instant) {
  std::string_view text;
  if (!get_text(reading, v, text)) return false;
  const auto parsed = Instant::parse(text);
  if (!parsed) return reading.fail("invalid_value", "an instant as in RFC 3339 is expected");
  if (!has_local_dates(*parsed))
    return reading.fail("invalid_value", "an instant from 0001-01-03 to 9999-12-29 is expected");
  instant = *parsed;
  return true;
}

template <class T>
bool decode(Reading& reading, value& v, std::optional<T>& optional) {
  return decode(reading, v, optional.emplace());
}

// Members that are structs or lists of them are decoded further down.
template <Described T>
bool decode(Reading& reading, value& v, T& out);

constexpr size_t kListMax = 100;

template <class T, size_t N>
bool decode(Reading& reading, value& v, boost::container::small_vector<T, N>& list) {
  if (!expect_type(reading, v, json_type::array)) return false;
  simdjson::ondemand::array items;
  if (const auto code = v.get_array().get(items)) return malformed(reading, code);
  for (auto element : items) {
    const std::string index = std::to_string(list.size());
    AtMember at(reading, index);
    value item;
    if (const auto code = element.get(item)) return malformed(reading, code);
    if (list.size() == kListMax) return reading.fail("invalid_value", "at most 100 items are allowed");
    if (!decode(reading, item, list.emplace_back())) return false;
  }
  return true;
}

template <size_t N>
bool decode(Reading& reading, value& v, boost::container::small_vector<LanguageText, N>& texts) {
  if (!expect_type(reading, v, json_type::object)) return false;
  object members;
  if (const auto code = v.get_object().get(members)) return malformed(reading, code);
  for (auto field : members) {
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key)) return malformed(reading, code);
    key = reading.arena.copy(shortened(key));
    AtMember at(reading, key);
    if (!is_operator_id(key)) return reading.fail("invalid_value", "a language such as \"ru\" is expected");
    for (const LanguageText& other : texts) {
      if (other.language.text == key) return reading.fail("duplicate_field", "the member is repeated");
    }
    value text;
    if (const auto code = field.value().get(text)) return malformed(reading, code);
    if (texts.size() == kListMax) return reading.fail("invalid_value", "at most 100 languages are allowed");
    if (!decode(reading, text, texts.emplace_back(LanguageText{Id{key}, {}}).text)) return false;
  }
  return true;
}

}  // namespace
}  // namespace provodka::codec
