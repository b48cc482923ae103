#include "tools/provodka/import_map.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch_test_macros.hpp>

// Maps as someone writes them: what is wrong has the line and the way out.
namespace provodka::tools {
namespace {

class MapFile {
 public:
  explicit MapFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "provodka-map-XXXXXX").string();
    dir_ = ::mkdtemp(pattern.data());
    std::ofstream(path(), std::ios::binary) << text;
  }
  ~MapFile() { std::filesystem::remove_all(dir_); }
  std::string path() const { return dir_ + "/m.toml"; }

 private:
  std::string dir_;
};

// What is wrong with the map, without its folder; "fine" when nothing is.
std::string fault_of(const std::string& text) {
  const MapFile file(text);
  const auto map = load_import_map(file.path());
  if (map) return "fine";
  const size_t name = map.error().what.find("m.toml");
  REQUIRE(name != std::string::npos);
  return map.error().what.substr(name);
}

const std::string kMap = R"(by = "type"
[file]
delimiter = ";"
date = "%y%m%d"
century_pivot = 70
[account]
account = "{account_id}"
id = "open/{account_id}"
credit_limit = "100.00"
[[commands]]
when = ["IN", "IN2"]
type = "payment.receive"
id = "x/{id}"
effective = "{date}"
[commands.data]
account = "{account_id}"
amount = "{amount}"
currency = "CZK"
provider = "{op|provider}"
external_id = "{id}"
[[commands]]
when = "OUT"
type = "charge.post"
id = "x/{id}"
[commands.data]
account = "{account_id}"
amount = "{amount}"
currency = "CZK"
service = "s"
force = true
reason = "an import"
[values.provider]
"CASH" = "cash"
"*" = "other"
)";

// The map with one piece of it written otherwise.
std::string with(std::string_view from, std::string_view to) {
  std::string text = kMap;
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return fault_of(text.replace(at, from.size(), to));
}

TEST_CASE("a good map is what it says") {
  const MapFile file(kMap);
  const auto map = load_import_map(file.path());
  REQUIRE(map);
  CHECK(map->csv.delimiter == ';');
  CHECK(map->csv.quote == '"');
  CHECK(map->header);
  REQUIRE(map->commands.size() == 2);
  CHECK(map->commands[0].when == std::vector<std::string>{"IN", "IN2"});
  CHECK(map->commands[1].data.size() == 6);
  CHECK(map->account->credit_limit == "100.00");
  CHECK(map->values.at("provider").otherwise == "other");
  CHECK_FALSE(map->tenant);
}

TEST_CASE("the maps of the repository are good") {
  for (const auto& entry : std::filesystem::directory_iterator(PROVODKA_SOURCE_DIR "/tools/maps")) {
    if (entry.path().extension() != ".toml") continue;
    const auto map = load_import_map(entry.path().string());
    INFO(entry.path().string());
    INFO((map ? "" : map.error().what));
    CHECK(map);
  }
}

TEST_CASE("unknown keys have their line and what was meant") {
  CHECK(with("delimiter =", "delimeter =") ==
        "m.toml:3: unknown key \"delimeter\"; did you mean \"delimiter\"?");
  CHECK(with("[account]", "[acount]") == "m.toml:6: unknown key \"acount\"; did you mean \"account\"?");
  CHECK(with("by = \"type\"", "by = \"type\"\nsource = 1")
            .starts_with("m.toml:2: unknown key \"source\"; there are "));
  CHECK(with("service = \"s\"", "service = \"s\"\nservise = \"t\"") ==
        "m.toml:30: unknown key \"servise\"; did you mean \"service\"?");
  CHECK(with("id = \"x/{id}\"", "id = \"x/{id}\"\nefective = \"{date}\"") ==
        "m.toml:14: unknown key \"efective\"; did you mean \"effective\"?");
}

TEST_CASE("bad values have their line and the way out") {
  CHECK(with("\";\"", "\";;\"") == "m.toml:3: delimiter is one character, such as \",\"");
  CHECK(with("\";\"", "3") == "m.toml:3: delimiter is a text in quotes");
  CHECK(with("\";\"", "\"\\\"\"") == "m.toml:2: delimiter and quote are the same");
  CHECK(with("\";\"", "\";\"\nheader = \"no\"") == "m.toml:4: header is true or false");
  CHECK(with("\";\"", "\";\"\nheader = false") ==
        "m.toml:2: header = false needs columns = [\"…\", …] in their order");
  CHECK(with("\";\"", "\";\"\ncolumns = [\"a\"]")
            .starts_with("m.toml:4: columns are for files with header = false"));
  CHECK(
      with("\";\"", "\";\"\nencoding = \"cp1251\"").starts_with("m.toml:4: encoding is utf-8, windows-1251"));
  CHECK(with("\";\"", "\";\"\ndecimal = \";\"") == "m.toml:4: decimal is \".\" or \",\"");
  CHECK(with("\";\"", "\";\"\nthousands = \".\"").starts_with("m.toml:4: thousands is what stands between"));
  CHECK(with("%y%m%d", "%y%m") == "m.toml:4: date: \"%y%m\" lacks %d");
  CHECK(with("century_pivot = 70\n", "").starts_with("m.toml:4: date: %y needs century_pivot"));
  CHECK(with("= 70", "= \"70\"") == "m.toml:5: century_pivot is a whole number");
  CHECK(with("\"100.00\"", "100.00") == "m.toml:9: credit_limit is a text in quotes");
  CHECK(with("\"100.00\"", "\"100,00\"") ==
        "m.toml:9: credit_limit \"100,00\": an amount is a decimal number such as 12.50");
  CHECK(with("open/{account_id}", "open") ==
        "m.toml:8: id is the same for all accounts; it needs a {column}");
  CHECK(with("\"payment.receive\"", "\"payment.recieve\"") ==
        "m.toml:12: there is no command \"payment.recieve\"; did you mean \"payment.receive\"?");
  CHECK(with("id = \"x/{id}\"\n", "") == "m.toml:10: [[commands]] lacks id");
  CHECK(with("x/{id}", "x") == "m.toml:13: id is the same for all rows; it needs a {column}");
  CHECK(with("x/{id}", "x/{id") == "m.toml:13: \"x/{id\" has a { without its }");
  CHECK(with("x/{id}", "x/id}") == "m.toml:13: \"x/id}\" has a } without its {");
  CHECK(with("x/{id}", "x/{}") == "m.toml:13: {} names no column");
  CHECK(with("amount = \"{amount}\"\n", "") == "m.toml:15: [commands.data] of payment.receive lacks amount");
  CHECK(with("\"{amount}\"", "\"{amount}.00\"") == "m.toml:17: amount is one \"{column}\" or a constant");
  CHECK(with("\"CZK\"", "\"XXY\"") ==
        "m.toml:18: currency \"XXY\": a currency is a code of ISO 4217 such as RUB");
  CHECK(with("|provider}", "|providor}") ==
        "m.toml:19: there is no section [values.providor]; did you mean \"provider\"?");
  CHECK(with("\"s\"", "\"a b\"") == "m.toml:29: service \"a b\": an id is 1 to 64 of A-Z a-z 0-9 . _ : -");
  CHECK(with("force = true", "force = \"yes\"") == "m.toml:30: force \"yes\": it is true or false");
  CHECK(with("\"cash\"", "1") == "m.toml:33: \"CASH\" becomes a text in quotes");
  CHECK(with("date = \"%y%m%d\"\ncentury_pivot = 70\n", "")
            .starts_with("m.toml:12: effective is a date of the file"));
}

TEST_CASE("the sections fit together") {
  CHECK(with("when = \"OUT\"\n", "").starts_with("m.toml:21: [[commands]] lacks when"));
  CHECK(with("\"OUT\"", "\"IN\"") == "m.toml:22: \"IN\" is in two sections");
  CHECK(with("by = \"type\"\n", "").starts_with("m.toml:10: when needs by"));
  CHECK(fault_of("") == "m.toml:1: a map has one or more sections [[commands]]");
  CHECK(fault_of("[[commands]]\ntype = \"account.close\"\nid = \"{a}\"\n") ==
        "m.toml:1: [[commands]] lacks its section [commands.data]");
  const std::string one =
      "[[commands]]\ntype = \"account.close\"\nid = \"{a}\"\ndata = { account = \"{a}\" }\n";
  CHECK(fault_of(one) == "fine");
  CHECK(fault_of(one + one) ==
        "m.toml:5: several [[commands]] need by = \"COLUMN\", whose value picks one of them");
  CHECK(fault_of("[tenant]\ncurrency = \"CZK\"\nzone = \"Europe/Prague\"\n" + one) ==
        "m.toml:1: [tenant] lacks locale");
}

TEST_CASE("TOML that cannot be read has its line") {
  CHECK(fault_of("by = \n").starts_with("m.toml:1: "));
  CHECK(fault_of("[file]\nquote = \"\\q\"\n").starts_with("m.toml:2: "));
  CHECK(fault_of("[file]\n[file]\n").starts_with("m.toml:2: "));
  const auto missing = load_import_map("/nowhere/m.toml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().what.starts_with("/nowhere/m.toml: "));
}

TEST_CASE("columns that a file does not have are named with the map's line") {
  const MapFile file(kMap);
  auto map = load_import_map(file.path());
  REQUIRE(map);
  const std::vector<std::string> good = {"id", "account_id", "date", "type", "op", "amount"};
  CHECK(map->bind(good, "t.csv"));
  std::vector<std::string> other = good;
  other[4] = "operation";
  auto bound = map->bind(other, "t.csv");
  REQUIRE_FALSE(bound);
  CHECK(bound.error().what ==
        file.path() +
            ":19: t.csv has no column \"op\"; there are id, account_id, date, type, operation, amount");
  other = good;
  other.push_back("amount");
  bound = map->bind(other, "t.csv");
  REQUIRE_FALSE(bound);
  CHECK(bound.error().what == file.path() + ":17: t.csv has several columns \"amount\"");
}

}  // namespace
}  // namespace provodka::tools
