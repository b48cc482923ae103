#include "projections/reader/rows.h"

#include "ledger/codec/json_out.h"

#include <algorithm>

namespace provodka::projections {
namespace {

std::string_view view_of(const pqxx::field& field) { return {field.c_str(), field.size()}; }

// What is not written as Postgres prints it.
std::string_view printed(std::string_view text, Shape shape, std::string& kept) {
  if (shape == Shape::boolean) return text == "t" ? "true" : "false";
  constexpr std::string_view kUtc = "+00";
  if (shape != Shape::instant || text.size() < 22 || text[10] != ' ' || !text.ends_with(kUtc)) return text;
  kept.assign(text.substr(0, text.size() - kUtc.size()));
  kept[10] = 'T';
  // Always with microseconds, as in the events, so that the two are the same text.
  if (kept.size() == 19) kept += '.';
  kept.append(26 - std::min<size_t>(26, kept.size()), '0');
  return kept += 'Z';
}

void append_csv(std::string& out, std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == text.npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string json_of(const pqxx::result& result, size_t rows, const View& view) {
  Buffer out;
  std::string kept;
  out.push_back('[');
  for (size_t r = 0; r < rows; ++r) {
    const auto row = result[static_cast<pqxx::result::size_type>(r)];
    out.append(r == 0 ? "{" : ",{");
    for (size_t c = 0; c < view.columns.size(); ++c) {
      const Column& column = view.columns[c];
      const auto field = row[static_cast<pqxx::row::size_type>(c)];
      if (c > 0) out.push_back(',');
      codec::write_escaped(out, column.name);
      out.push_back(':');
      if (field.is_null()) {
        out.append("null");
      } else if (column.shape == Shape::text || column.shape == Shape::instant) {
        codec::write_escaped(out, printed(view_of(field), column.shape, kept));
      } else {
        out.append(printed(view_of(field), column.shape, kept));
      }
    }
    out.push_back('}');
  }
  out.push_back(']');
  return std::string(out.view());
}

std::string csv_of(const pqxx::result& result, size_t rows, const View& view) {
  std::string out, kept;
  for (const Column& column : view.columns) {
    if (!out.empty()) out += ',';
    append_csv(out, column.name);
  }
  out += "\r\n";
  for (size_t r = 0; r < rows; ++r) {
    const auto row = result[static_cast<pqxx::result::size_type>(r)];
    for (size_t c = 0; c < view.columns.size(); ++c) {
      const auto field = row[static_cast<pqxx::row::size_type>(c)];
      if (c > 0) out += ',';
      if (!field.is_null()) append_csv(out, printed(view_of(field), view.columns[c].shape, kept));
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace provodka::projections
