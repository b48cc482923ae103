#include "ledger/domain/notification/text.h"

#include "ledger/core/ids.h"
#include "ledger/domain/notification/fields.h"
#include "ledger/domain/notification/rejection.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace provodka::notification {
namespace {

bool is_field(std::string_view name) {
  bool known = false;
  for_each_member<Fields>([&](std::string_view field, auto) { known |= field == name; });
  return known;
}

std::string field_names() {
  std::string names;
  for_each_member<Fields>(
      [&](std::string_view field, auto) { names += fmt::format("{}{}", names.empty() ? "" : ", ", field); });
  return names;
}

std::string at_byte(size_t byte) { return fmt::format("a brace without its pair, at byte {}", byte); }

}  // namespace

Decided<FieldNames> fields_in(std::string_view text, std::string_view pointer) {
  FieldNames names;
  for (size_t open = text.find_first_of("{}"); open != std::string_view::npos;) {
    if (text[open] == '}') return reject(brace_unbalanced, pointer, at_byte(open));
    const size_t close = text.find_first_of("{}", open + 1);
    if (close == std::string_view::npos || text[close] == '{')
      return reject(brace_unbalanced, pointer, at_byte(open));
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (!is_field(name)) {
      const bool shown = name.size() <= operator_id_bytes_max;
      return reject(field_not_known, pointer,
                    fmt::format("{{{}}} at byte {} is none of {}", shown ? name : "…", open, field_names()));
    }
    if (std::ranges::find(names, Id{name}) == names.end()) names.push_back({name});
    open = text.find_first_of("{}", close + 1);
  }
  return names;
}

uint32_t bits_of(const FieldNames& names) {
  uint32_t bits = 0, bit = 1;
  for_each_member<Fields>([&](std::string_view field, auto) {
    if (std::ranges::find(names, Id{field}) != names.end()) bits |= bit;
    bit <<= 1;
  });
  return bits;
}

}  // namespace provodka::notification
