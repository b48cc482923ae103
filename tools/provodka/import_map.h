#pragma once

#include "ledger/core/result.h"
#include "tools/provodka/csv.h"
#include "tools/provodka/import_shapes.h"
#include "tools/provodka/import_values.h"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A map says how the rows of a file become commands. tools/maps/README.md describes it for those who write
// one.
namespace provodka::tools {

// [values.NAME]: what stands in a file to what the ledger calls it. `*` is for everything else.
struct ValueMap {
  std::map<std::string, std::string, std::less<>> values;
  std::optional<std::string> otherwise;
};

// A text with columns in it: `berka/{trans_id}`, `{k_symbol|service}` with a value map between.
struct Template {
  struct Piece {
    std::string text = {};  // as it is, or the name of the column
    bool is_column = false;
    const ValueMap* values = nullptr;  // of the map, which outlives its templates
    std::string values_name = {};
    size_t column = 0;  // its place in the row, once bind found it
  };
  std::vector<Piece> pieces;
  uint64_t line = 0;  // of the map

  bool is_constant() const { return pieces.size() == 1 && !pieces[0].is_column; }
  // One column and nothing else, as amounts and dates must be.
  bool is_plain_column() const { return pieces.size() == 1 && pieces[0].is_column; }
};

struct FieldTemplate {
  CommandField field;
  Template value;
};

// One [[commands]] section.
struct CommandSection {
  std::string type;
  std::vector<std::string> when;
  Template id;
  std::optional<Template> effective;
  std::vector<FieldTemplate> data;
};

// [account]: how the account of a row is opened when it is met for the first time.
struct AccountSection {
  Template id, account;
  std::string credit_limit;  // empty: none
};

struct TenantSection {
  std::string currency, zone, locale, name;
};

struct ImportMap {
  ImportMap() = default;
  ImportMap(ImportMap&&) = default;  // the value maps stay where they are
  ImportMap& operator=(ImportMap&&) = default;

  CsvFormat csv;
  bool header = true;
  bool trim = false;
  Encoding encoding;
  NumberFormat numbers;
  std::optional<DateFormat> dates;
  std::vector<std::string> columns;  // where the file has no header
  std::optional<Template> by;        // the column that picks the section
  std::vector<CommandSection> commands;
  std::optional<AccountSection> account;
  std::optional<TenantSection> tenant;
  std::map<std::string, ValueMap, std::less<>> values;
  std::string path;

  // Finds the columns that the map uses. One that is missing or there twice is a fault that names the map's
  // line.
  Result<void> bind(std::span<const std::string> names, std::string_view file);
};

// Reads and checks a map. The fault is `FILE:LINE: what is wrong`.
Result<ImportMap> load_import_map(const std::string& path);

}  // namespace provodka::tools
