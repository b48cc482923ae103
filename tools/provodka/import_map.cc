#include "tools/provodka/import_map.h"

#include "tools/provodka/suggest.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace provodka::tools {
namespace {

// Leaves through load_import_map, which makes a fault of it.
struct MapError {
  uint64_t line;
  std::string what;
};

template <class... Args>
[[noreturn]] void wrong(uint64_t line, fmt::format_string<Args...> format, Args&&... args) {
  throw MapError{line, fmt::format(format, std::forward<Args>(args)...)};
}

uint64_t line_of(const toml::node& node) { return node.source().begin.line; }

// A table whose keys are all accounted for: what was never asked for is an unknown key.
class Table {
 public:
  Table(const toml::table& table, std::string name, uint64_t line)
      : table_(table), name_(std::move(name)), line_(line) {}

  const std::string& name() const { return name_; }
  uint64_t line() const { return line_; }

  const toml::node* find(std::string_view key) {
    if (std::ranges::find(known_, key) == known_.end()) known_.push_back(key);
    return table_.get(key);
  }

  std::optional<std::string> text(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    const auto* value = node->as_string();
    if (!value) wrong(line_of(*node), "{} is a text in quotes", key);
    return value->get();
  }
  std::string required_text(std::string_view key) {
    auto value = text(key);
    if (!value) wrong(line_, "{} lacks {}", name_, key);
    return *value;
  }
  bool flag(std::string_view key, bool otherwise) {
    const toml::node* node = find(key);
    if (!node) return otherwise;
    const auto* value = node->as_boolean();
    if (!value) wrong(line_of(*node), "{} is true or false", key);
    return value->get();
  }
  std::optional<int64_t> number(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    const auto* value = node->as_integer();
    if (!value) wrong(line_of(*node), "{} is a whole number", key);
    return value->get();
  }
  // A text or a list of texts.
  std::vector<std::string> texts(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) return {};
    if (const auto* value = node->as_string()) return {value->get()};
    std::vector<std::string> all;
    const auto* list = node->as_array();
    if (!list || list->empty()) wrong(line_of(*node), "{} is a text or a list of texts", key);
    for (const auto& item : *list) {
      const auto* value = item.as_string();
      if (!value) wrong(line_of(item), "{} is a text or a list of texts", key);
      all.push_back(value->get());
    }
    return all;
  }
  std::optional<Table> table(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    const auto* inner = node->as_table();
    if (!inner) wrong(line_of(*node), "{} is a section: [{}]", key, key);
    return Table(*inner, fmt::format("[{}]", key), line_of(*node));
  }
  uint64_t line_of_key(std::string_view key) const { return line_of(*table_.get(key)); }

  void nothing_else() const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known_, key.str()) != known_.end()) continue;
      wrong(key.source().begin.line, "unknown key \"{}\"{}", key.str(), suggestion(key.str(), known_));
    }
  }

  const toml::table& raw() const { return table_; }

 private:
  const toml::table& table_;
  std::string name_;
  uint64_t line_;
  std::vector<std::string_view> known_;
};

class Loader {
 public:
  explicit Loader(ImportMap& map) : map_(map) {}

  void load(const toml::table& root) {
    Table all(root, "the map", 1);
    if (auto values = all.table("values")) load_values(*values);
    auto file = all.table("file");
    if (file) load_file(*file);
    if (auto tenant = all.table("tenant")) load_tenant(*tenant);
    if (auto account = all.table("account")) load_account(*account);
    const toml::node* by = all.find("by");
    if (by) map_.by = load_template("{" + all.text("by").value() + "}", line_of(*by));
    const toml::node* commands = all.find("commands");
    all.nothing_else();
    const toml::array* sections = commands ? commands->as_array() : nullptr;
    if (!sections || sections->empty() || !sections->is_homogeneous(toml::node_type::table)) {
      wrong(commands ? line_of(*commands) : 1, "a map has one or more sections [[commands]]");
    }
    for (const auto& section : *sections) {
      Table table(*section.as_table(), "[[commands]]", line_of(section));
      load_commands(table);
    }
    if (!map_.by && sections->size() > 1) {
      wrong(line_of((*sections)[1]),
            "several [[commands]] need by = \"COLUMN\", whose value picks one of them");
    }
  }

 private:
  char character(Table& table, std::string_view key, char otherwise) {
    const auto text = table.text(key);
    if (!text) return otherwise;
    if (text->size() != 1)
      wrong(table.line_of_key(key), "{} is one character, such as \"{}\"", key, otherwise);
    return text->front();
  }

  void load_file(Table& table) {
    map_.csv.delimiter = character(table, "delimiter", ',');
    if (table.text("quote") == "") {
      map_.csv.quote.reset();
    } else {
      map_.csv.quote = character(table, "quote", '"');
    }
    for (const char c : {map_.csv.delimiter, map_.csv.quote.value_or('"')}) {
      if (c == '\n' || c == '\r' || (c & 0x80))
        wrong(table.line(), "delimiter and quote are characters of ASCII within a line");
    }
    if (map_.csv.quote == map_.csv.delimiter) wrong(table.line(), "delimiter and quote are the same");
    map_.header = table.flag("header", true);
    map_.trim = table.flag("trim", false);
    map_.columns = table.texts("columns");
    if (map_.header && !map_.columns.empty()) {
      wrong(table.line_of_key("columns"),
            "columns are for files with header = false; this one's first row names them");
    }
    if (!map_.header && map_.columns.empty())
      wrong(table.line(), "header = false needs columns = [\"…\", …] in their order");
    const auto encoding = Encoding::named(table.text("encoding").value_or("utf-8"));
    if (!encoding) wrong(table.line_of_key("encoding"), "encoding is {}", Encoding::names());
    map_.encoding = *encoding;
    map_.numbers.decimal = character(table, "decimal", '.');
    if (map_.numbers.decimal != '.' && map_.numbers.decimal != ',')
      wrong(table.line_of_key("decimal"), "decimal is \".\" or \",\"");
    map_.numbers.thousands = table.text("thousands").value_or("");
    if (map_.numbers.thousands.find_first_of("+-0123456789") != std::string::npos ||
        map_.numbers.thousands == std::string_view(&map_.numbers.decimal, 1)) {
      wrong(table.line_of_key("thousands"),
            "thousands is what stands between groups of digits, such as \" \"");
    }
    const auto date = table.text("date");
    const auto pivot = table.number("century_pivot");
    if (pivot && !date)
      wrong(table.line_of_key("century_pivot"), "century_pivot is for a date format with %y");
    if (date) {
      auto compiled = DateFormat::compile(
          *date,
          pivot ? std::optional(static_cast<int>(std::clamp<int64_t>(*pivot, -1, 101))) : std::nullopt);
      if (!compiled) wrong(table.line_of_key("date"), "date: {}", compiled.error());
      map_.dates = *compiled;
    }
    table.nothing_else();
  }

  void load_values(Table& table) {
    for (const auto& [name, node] : table.raw()) {
      const auto* values = node.as_table();
      if (!values) wrong(name.source().begin.line, "value maps are sections: [values.{}]", name.str());
      ValueMap& map = map_.values[std::string(name.str())];
      for (const auto& [from, to] : *values) {
        const auto* text = to.as_string();
        if (!text) wrong(line_of(to), "\"{}\" becomes a text in quotes", from.str());
        if (from.str() == "*") {
          map.otherwise = text->get();
        } else {
          map.values[std::string(from.str())] = text->get();
        }
      }
    }
  }

  void load_tenant(Table& table) {
    map_.tenant = {.currency = table.required_text("currency"),
                   .zone = table.required_text("zone"),
                   .locale = table.required_text("locale"),
                   .name = table.text("name").value_or("")};
    check(FieldKind::currency, map_.tenant->currency, "currency", table.line_of_key("currency"));
    check(FieldKind::id, map_.tenant->locale, "locale", table.line_of_key("locale"));
    table.nothing_else();
  }

  void load_account(Table& table) {
    AccountSection account;
    account.account = load_template(table, "account");
    account.id = load_template(table, "id");
    if (const auto limit = table.text("credit_limit")) {
      check(FieldKind::amount, *limit, "credit_limit", table.line_of_key("credit_limit"));
      account.credit_limit = *limit;
    }
    if (account.id.is_constant())
      wrong(account.id.line, "id is the same for all accounts; it needs a {{column}}");
    table.nothing_else();
    map_.account = std::move(account);
  }

  void load_commands(Table& table) {
    CommandSection section;
    section.type = table.required_text("type");
    const CommandShape* shape = command_shape(section.type);
    if (!shape) {
      std::vector<std::string_view> types;
      for (const auto& known : command_shapes()) types.push_back(known.type);
      wrong(table.line_of_key("type"), "there is no command \"{}\"{}", section.type,
            suggestion(section.type, types));
    }
    section.when = table.texts("when");
    if (map_.by && section.when.empty())
      wrong(table.line(), "[[commands]] lacks when, the values of column \"{}\" for it",
            map_.by->pieces[0].text);
    if (!map_.by && !section.when.empty())
      wrong(table.line_of_key("when"), "when needs by = \"COLUMN\" before the sections");
    for (const auto& value : section.when) {
      if (!taken_.insert(value).second) wrong(table.line_of_key("when"), "\"{}\" is in two sections", value);
    }
    section.id = load_template(table, "id");
    if (section.id.is_constant())
      wrong(section.id.line, "id is the same for all rows; it needs a {{column}}");
    if (table.find("effective")) {
      section.effective = load_template(table, "effective");
      check_kind(*section.effective, FieldKind::date, "effective");
    }
    auto data = table.table("data");
    if (!data) wrong(table.line(), "[[commands]] lacks its section [commands.data]");
    for (const CommandField& field : shape->fields) load_field(*data, field, section);
    data->nothing_else();
    table.nothing_else();
    map_.commands.push_back(std::move(section));
  }

  void load_field(Table& data, const CommandField& field, CommandSection& section) {
    const toml::node* node = data.find(field.name);
    if (!node) {
      if (field.required) wrong(data.line(), "[commands.data] of {} lacks {}", section.type, field.name);
      return;
    }
    if (field.kind == FieldKind::other)
      wrong(line_of(*node), "{} is an object or a list, which a map cannot give", field.name);
    FieldTemplate made{field, {}};
    if (const auto* flag = node->as_boolean(); flag && field.kind == FieldKind::flag) {
      made.value.pieces.push_back({.text = flag->get() ? "true" : "false"});
      made.value.line = line_of(*node);
    } else {
      made.value = load_template(data, field.name);
    }
    check_kind(made.value, field.kind, field.name);
    section.data.push_back(std::move(made));
  }

  // Constants are in the form of the wire; amounts and dates of the file are one column each.
  void check_kind(const Template& made, FieldKind kind, std::string_view name) {
    if (made.is_constant()) return check(kind, made.pieces[0].text, name, made.line);
    const bool composed = kind == FieldKind::id || kind == FieldKind::text || kind == FieldKind::external_id;
    if (!composed && !made.is_plain_column())
      wrong(made.line, "{} is one \"{{column}}\" or a constant", name);
    if (kind == FieldKind::date && !made.pieces[0].values && !map_.dates) {
      wrong(made.line, "{} is a date of the file: [file] needs its form, such as date = \"%d.%m.%Y\"", name);
    }
  }

  void check(FieldKind kind, std::string_view value, std::string_view name, uint64_t line) {
    if (const auto why = why_not(kind, value); !why.empty()) wrong(line, "{} \"{}\": {}", name, value, why);
  }

  Template load_template(Table& table, std::string_view key) {
    const std::string text = table.required_text(key);
    return load_template(text, table.line_of_key(key));
  }

  // Braces around a column, doubled braces for themselves.
  Template load_template(std::string_view text, uint64_t line) {
    Template made;
    made.line = line;
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) made.pieces.push_back({.text = std::exchange(plain, {})});
    };
    for (size_t i = 0; i < text.size(); ++i) {
      if ((text[i] == '{' || text[i] == '}') && i + 1 < text.size() && text[i + 1] == text[i]) {
        plain += text[i++];
        continue;
      }
      if (text[i] == '}') wrong(line, "\"{}\" has a }} without its {{", text);
      if (text[i] != '{') {
        plain += text[i];
        continue;
      }
      const size_t end = text.find('}', i);
      if (end == std::string_view::npos) wrong(line, "\"{}\" has a {{ without its }}", text);
      flush();
      made.pieces.push_back(load_column(text.substr(i + 1, end - i - 1), line));
      i = end;
    }
    flush();
    if (made.pieces.empty()) made.pieces.emplace_back();
    return made;
  }

  Template::Piece load_column(std::string_view text, uint64_t line) {
    const size_t bar = text.find('|');
    Template::Piece piece{.text = std::string(text.substr(0, bar)), .is_column = true};
    if (piece.text.empty()) wrong(line, "{{}} names no column");
    if (bar == std::string_view::npos) return piece;
    piece.values_name = text.substr(bar + 1);
    const auto found = map_.values.find(piece.values_name);
    if (found == map_.values.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, values] : map_.values) names.push_back(name);
      if (names.empty()) wrong(line, "there is no section [values.{}]", piece.values_name);
      wrong(line, "there is no section [values.{}]{}", piece.values_name,
            suggestion(piece.values_name, names));
    }
    piece.values = &found->second;
    return piece;
  }

  ImportMap& map_;
  std::set<std::string> taken_;
};

}  // namespace

Result<void> ImportMap::bind(std::span<const std::string> names, std::string_view file) {
  std::vector<Template*> templates;
  if (by) templates.push_back(&*by);
  if (account) templates.insert(templates.end(), {&account->id, &account->account});
  for (CommandSection& section : commands) {
    templates.push_back(&section.id);
    if (section.effective) templates.push_back(&*section.effective);
    for (FieldTemplate& field : section.data) templates.push_back(&field.value);
  }
  for (Template* made : templates) {
    for (Template::Piece& piece : made->pieces) {
      if (!piece.is_column) continue;
      const auto found = std::ranges::find(names, piece.text);
      if (found == names.end()) {
        return fault("{}:{}: {} has no column \"{}\"{}", path, made->line, file, piece.text,
                     suggestion(piece.text, std::vector<std::string_view>(names.begin(), names.end())));
      }
      if (std::ranges::count(names, piece.text) > 1) {
        return fault("{}:{}: {} has several columns \"{}\"", path, made->line, file, piece.text);
      }
      piece.column = static_cast<size_t>(found - names.begin());
    }
  }
  return {};
}

Result<ImportMap> load_import_map(const std::string& path) {
  ImportMap map;
  map.path = path;
  try {
    const toml::table root = toml::parse_file(path);
    Loader(map).load(root);
  } catch (const MapError& error) {
    return fault("{}:{}: {}", path, error.line, error.what);
  } catch (const toml::parse_error& error) {
    if (error.source().begin.line == 0) return fault("{}: {}", path, error.description());
    return fault("{}:{}: {}", path, error.source().begin.line, error.description());
  }
  return map;
}

}  // namespace provodka::tools
