#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/connection>

namespace provodka::projections {

// What a value is in JSON.
enum class Shape : unsigned char {
  text,     // a string, as Postgres prints it
  instant,  // a string, as in RFC 3339
  number,   // an integer
  boolean,
  json  // comes from Postgres as JSON: documents and arrays
};

struct Column {
  std::string name;
  std::string quoted;  // for SQL
  std::string type;    // for a cast
  std::string output;  // the expression that is selected, on the view as `v`
  Shape shape = Shape::text;
  bool is_text = false;  // of a type that patterns are for
  bool in_key = false;
};

// A view that is public, with what the catalog says of it. Only names from here ever get into SQL.
struct View {
  std::string name;
  std::string quoted;
  std::vector<Column> columns;
  std::vector<std::string> key;  // tells the rows of a tenant apart, if there are more; never null
  bool has_tenant = false;

  const Column* find(std::string_view column) const;
};

using Catalog = std::map<std::string, View, std::less<>>;

// Reads the public views as the user that is connected. Throws what pqxx throws.
Catalog read_catalog(pqxx::connection&);

}  // namespace provodka::projections
