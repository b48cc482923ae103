#include "tools/provodka/import_row.h"

#include "ledger/core/ids.h"
#include "tools/provodka/terminal.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

// At most 64 bytes of a cell, for a message.
std::string shown(std::string_view text) {
  if (text.size() <= 64) return std::string(text);
  size_t end = 64;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

// A cell in the form of the wire. An optional field of empty cells stays empty, which leaves it out.
Cell<std::string> RowMapper::render(const Template& made, const CsvRow& row, FieldKind kind,
                                    std::string_view name) const {
  std::string out;
  for (const Template::Piece& piece : made.pieces) {
    const std::string& cell = piece.is_column ? row.fields[piece.column] : piece.text;
    if (!piece.values) {
      out += cell;
      continue;
    }
    const auto found = piece.values->values.find(cell);
    if (found != piece.values->values.end()) {
      out += found->second;
    } else if (piece.values->otherwise) {
      out += *piece.values->otherwise;
    } else {
      return std::unexpected(fmt::format("{}: [values.{}] of the map does not have \"{}\"", name,
                                         piece.values_name, shown(cell)));
    }
  }
  // Amounts and dates of the file are in its form; what a value map or the map itself says is in the wire's.
  const bool of_file = made.is_plain_column() && !made.pieces[0].values && !out.empty();
  const auto refuse = [&](std::string_view why) {
    return std::unexpected(fmt::format("{} \"{}\": {}", name, shown(out), why));
  };
  if (of_file && kind == FieldKind::amount) {
    auto amount = read_amount(out, map_.numbers);
    if (!amount) return refuse(amount.error());
    out = std::move(*amount);
  }
  if (of_file && kind == FieldKind::date) {
    const auto date = map_.dates->read(out);
    if (!date) return refuse(date.error());
    out = date->to_string();
  }
  if (out.empty()) return out;
  if (const auto why = why_not(kind, out); !why.empty()) return refuse(why);
  return out;
}

Cell<const CommandSection*> RowMapper::section_of(const CsvRow& row) const {
  if (!map_.by) return &map_.commands.front();
  const std::string& value = row.fields[map_.by->pieces[0].column];
  for (const CommandSection& section : map_.commands) {
    if (std::ranges::find(section.when, value) != section.when.end()) return &section;
  }
  return std::unexpected(
      fmt::format("{} \"{}\": no [[commands]] of the map is for it", map_.by->pieces[0].text, shown(value)));
}

Cell<void> RowMapper::open_account(const CsvRow& row, Mapped& mapped) const {
  auto account = render(map_.account->account, row, FieldKind::id, "account");
  if (!account) return std::unexpected(account.error());
  if (account->empty()) return std::unexpected("account is empty");
  const auto id = render(map_.account->id, row, FieldKind::external_id, "the id to open the account");
  if (!id) return std::unexpected(id.error());
  mapped.account = std::move(*account);
  mapped.open = fmt::format(R"({{"type":"account.open","id":{},"tenant":{},"data":{{"account":{})",
                            json_string(*id), json_string(tenant_), json_string(mapped.account));
  if (!map_.account->credit_limit.empty())
    mapped.open += fmt::format(R"(,"credit_limit":"{}")", map_.account->credit_limit);
  mapped.open += "}}";
  return {};
}

Cell<RowMapper::Mapped> RowMapper::map(CsvRow& row) const {
  if (row.fields.size() != columns_) {
    return std::unexpected(fmt::format("{} columns are expected and {} found", columns_, row.fields.size()));
  }
  for (size_t i = 0; i < row.fields.size(); ++i) {
    std::string& field = row.fields[i];
    if (const auto converted = map_.encoding.to_utf8(field); !converted) {
      return std::unexpected(fmt::format("column {}: {}", i + 1, converted.error()));
    }
    if (map_.trim) field = std::string(trimmed(field));
  }
  const auto section = section_of(row);
  if (!section) return std::unexpected(section.error());
  const auto id = render((*section)->id, row, FieldKind::external_id, "id");
  if (!id) return std::unexpected(id.error());
  Mapped mapped;
  mapped.command = fmt::format(R"({{"type":"{}","id":{},"tenant":{})", (*section)->type, json_string(*id),
                               json_string(tenant_));
  if ((*section)->effective) {
    const auto effective = render(*(*section)->effective, row, FieldKind::date, "effective");
    if (!effective) return std::unexpected(effective.error());
    if (effective->empty()) return std::unexpected("effective is empty");
    mapped.command += fmt::format(R"(,"effective":"{}")", *effective);
  }
  mapped.command += ",\"data\":{";
  for (const FieldTemplate& field : (*section)->data) {
    const auto value = render(field.value, row, field.field.kind, field.field.name);
    if (!value) return std::unexpected(value.error());
    if (value->empty()) {
      if (field.field.required) return std::unexpected(fmt::format("{} is empty", field.field.name));
      continue;
    }
    const bool bare = field.field.kind == FieldKind::flag || field.field.kind == FieldKind::number;
    mapped.command += fmt::format("\"{}\":{},", field.field.name, bare ? *value : json_string(*value));
  }
  if (mapped.command.back() == ',') mapped.command.pop_back();
  mapped.command += "}}";
  if (map_.account) {
    if (const auto opened = open_account(row, mapped); !opened) return std::unexpected(opened.error());
  }
  return mapped;
}

std::string RowMapper::create_tenant() const {
  const TenantSection& tenant = *map_.tenant;
  std::string name;
  if (!tenant.name.empty()) name = fmt::format(R"(,"name":{})", json_string(tenant.name));
  return fmt::format(
      R"({{"type":"tenant.create","id":"import/tenant","tenant":{},"data":{{"currency":{},"zone":{},"locale":{}{}}}}})",
      json_string(tenant_), json_string(tenant.currency), json_string(tenant.zone),
      json_string(tenant.locale), name);
}

}  // namespace provodka::tools
