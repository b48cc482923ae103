#include "projections/reader/cursor.h"

#include "ledger/codec/json_out.h"

#include <array>
#include <cstdint>

#include <simdjson.h>

namespace provodka::projections {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::string_view bytes) {
  std::string text;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) text += kAlphabet[bits >> (count - 6) & 63];
  }
  if (count > 0) text += kAlphabet[bits << (6 - count) & 63];
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const size_t digit = kAlphabet.find(c);
    if (digit == kAlphabet.npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 255);
  }
  return bytes;
}

}  // namespace

std::string encode_cursor(std::string_view query, const std::vector<CursorValue>& values) {
  Buffer json;
  json.push_back('[');
  codec::write_escaped(json, query);
  for (const CursorValue& value : values) {
    json.push_back(',');
    if (value) {
      codec::write_escaped(json, *value);
    } else {
      json.append("null");
    }
  }
  json.push_back(']');
  return base64url(json.view());
}

std::optional<std::vector<CursorValue>> decode_cursor(std::string_view cursor, std::string_view query,
                                                      size_t values) {
  const auto json = from_base64url(cursor);
  if (!json) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  if (parser.parse(*json).get(array) != simdjson::SUCCESS || array.size() != values + 1) return std::nullopt;
  std::vector<CursorValue> found;
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.is_null()) {
      found.emplace_back();
    } else if (element.get(text) == simdjson::SUCCESS && text.find('\0') == text.npos) {
      found.emplace_back(text);
    } else {
      return std::nullopt;
    }
  }
  if (found.front() != query) return std::nullopt;
  found.erase(found.begin());
  return found;
}

}  // namespace provodka::projections
