#include "projections/reader/catalog.h"

#include <algorithm>

#include <fmt/format.h>
#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

// The columns of what was published, and of the status of the projections, which is the only public view that
// is not about tenants. `elements` is the type of an array's elements, without which it is no array.
constexpr const char* kColumns = R"sql(
WITH published AS (
  SELECT name, key FROM provodka_runner.view
  UNION ALL SELECT 'projection_status', '{projection}'::text[]
)
SELECT p.name, format('%I.%I', n.nspname, c.relname), a.attname, quote_ident(a.attname),
       format_type(a.atttypid, -1), coalesce(nullif(t.typbasetype, 0), t.oid)::oid::int8,
       CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END::oid::int8 AS elements,
       t.typcategory = 'S', coalesce(array_position(p.key, a.attname::text), 0),
       cardinality(p.key)
FROM published p
JOIN pg_catalog.pg_namespace n ON n.nspname = 'provodka'
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = p.name AND c.relkind IN ('v', 'm')
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
ORDER BY p.name, a.attnum)sql";

// The numbers that Postgres gives to its own types; they never change.
enum Type : int64_t {
  kBool = 16,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kJson = 114,
  kTimestamptz = 1184,
  kVarchar = 1043,
  kJsonb = 3802
};

Shape shape_of(int64_t type) {
  switch (type) {
    case kBool:
      return Shape::boolean;
    case kInt2:
    case kInt4:
    case kInt8:
      return Shape::number;
    case kJson:
    case kJsonb:
      return Shape::json;
    case kTimestamptz:
      return Shape::instant;
    default:
      return Shape::text;
  }
}

void shape(Column& column, int64_t type, int64_t elements) {
  column.output = fmt::format("v.{}", column.quoted);
  column.shape = shape_of(type);
  if (elements == 0) return;
  // Decimals would be numbers of JSON in an array; as texts they stay exact.
  const bool as_is = elements == kBool || elements == kInt2 || elements == kInt4 || elements == kInt8 ||
                     elements == kText || elements == kVarchar;
  column.output = fmt::format("array_to_json({}{})", column.output, as_is ? "" : "::text[]");
  column.shape = Shape::json;
}

}  // namespace

const Column* View::find(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Catalog read_catalog(pqxx::connection& connection) {
  pqxx::read_transaction transaction(connection);
  Catalog catalog;
  for (const auto& row : transaction.exec(kColumns)) {
    View& view = catalog[row[0].c_str()];
    view.name = row[0].c_str();
    view.quoted = row[1].c_str();
    Column column{.name = row[2].c_str(),
                  .quoted = row[3].c_str(),
                  .type = row[4].c_str(),
                  .output = {},
                  .shape = Shape::text,
                  .is_text = row[7].as<bool>(),
                  .in_key = false};
    shape(column, row[5].as<int64_t>(), row[6].as<int64_t>());
    view.key.resize(row[9].as<size_t>());
    if (const auto place = row[8].as<size_t>(); place > 0) {
      column.in_key = true;
      view.key[place - 1] = column.name;
    }
    view.has_tenant |= column.name == "tenant";
    view.columns.push_back(std::move(column));
  }
  // A view that does not say whose its rows are is nobody's to read, and one whose key is not among its
  // columns cannot be paged. A key of no columns is fine: the tenant has one row.
  std::erase_if(catalog, [](const auto& entry) {
    const View& view = entry.second;
    return (!view.has_tenant && view.name != "projection_status") ||
           std::ranges::any_of(view.key, &std::string::empty);
  });
  return catalog;
}

}  // namespace provodka::projections
