#include "tools/provodka/csv.h"

#include <sstream>

#include <catch2/catch_test_macros.hpp>

namespace provodka::tools {
namespace {

// Rows as "line: field|field" or "line! error <row>".
std::vector<std::string> rows_of(const std::string& text, CsvFormat format = {}) {
  std::istringstream in(text);
  CsvReader reader(in, format);
  CsvRow row;
  std::vector<std::string> rows;
  while (reader.next(row)) {
    std::string shown = std::to_string(row.line);
    if (!row.error.empty()) {
      shown += "! " + row.error + " <" + std::string(row.text) + ">";
    } else {
      shown += ":";
      for (const auto& field : row.fields) shown += (shown.ends_with(':') ? " " : "|") + field;
    }
    rows.push_back(shown);
  }
  return rows;
}

using Rows = std::vector<std::string>;

TEST_CASE("what RFC 4180 allows is read") {
  struct Case {
    std::string what, text;
    Rows rows;
  };
  const Case cases[] = {
      {"nothing", "", {}},
      {"a line end alone", "\n", {}},
      {"plain", "a,b\nc,d\n", {"1: a|b", "2: c|d"}},
      {"no line end at the end", "a,b", {"1: a|b"}},
      {"CRLF", "a,b\r\nc,d\r\n", {"1: a|b", "2: c|d"}},
      {"CR at the end of the file", "a,b\r", {"1: a|b"}},
      {"quoted CRLF at the end", "\"a\"\r\n", {"1: a"}},
      {"quoted CR at the end of the file", "\"a\"\r", {"1: a"}},
      {"CR inside a field stays", "a\rb,c", {"1: a\rb|c"}},
      {"empty fields", ",,\n", {"1: ||"}},
      {"a last empty field", "a,", {"1: a|"}},
      {"quoted", "\"a\",\"b\"\n", {"1: a|b"}},
      {"quoted and empty", "\"\",\"\"\n", {"1: |"}},
      {"delimiter inside quotes", "\"a,b\",c", {"1: a,b|c"}},
      {"doubled quotes", "\"a\"\"b\",\"\"\"\"", {"1: a\"b|\""}},
      {"line end inside quotes", "\"a\nb\",c\nd,e\n", {"1: a\nb|c", "3: d|e"}},
      {"CRLF inside quotes stays", "\"a\r\nb\"\r\nd", {"1: a\r\nb", "3: d"}},
      {"byte order mark",
       "\xef\xbb\xbf"
       "a,b\n",
       {"1: a|b"}},
      {"byte order mark before a quote", "\xef\xbb\xbf\"a\"\n", {"1: a"}},
      {"empty lines are no rows", "a\n\n\r\nb\n", {"1: a", "4: b"}},
      {"spaces stay", " a , b \n", {"1:  a | b "}},
      {"other bytes stay", "\xe9\xff,b", {"1: \xe9\xff|b"}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(rows_of(c.text) == c.rows);
  }
}

TEST_CASE("other delimiters and quotes, or none") {
  CHECK(rows_of("\"a;b\";c\n", {.delimiter = ';', .quote = '"'}) == Rows{"1: a;b|c"});
  CHECK(rows_of("a\tb,c\n", {.delimiter = '\t', .quote = '"'}) == Rows{"1: a|b,c"});
  CHECK(rows_of("'a,b',\"c\"\n", {.delimiter = ',', .quote = '\''}) == Rows{"1: a,b|\"c\""});
  CHECK(rows_of("\"a,b\"\n", {.delimiter = ',', .quote = std::nullopt}) == Rows{"1: \"a|b\""});
}

TEST_CASE("a row that breaks the rules has its line and reading goes on behind it") {
  const std::string behind = "column 1 goes on behind its closing quote; a quote inside quotes is doubled";
  CHECK(rows_of("a,b\n\"a\"x,b\nc,d\n") == Rows{"1: a|b", "2! " + behind + " <\"a\"x,b>", "3: c|d"});
  CHECK(rows_of("\"a\nb\"x\nc\n") == Rows{"1! " + behind + " <\"a\nb\"x>", "3: c"});
  CHECK(rows_of("\"a\"\rx\nc\n") == Rows{"1! " + behind + " <\"a\"\rx>", "2: c"});
  const std::string inside = "a quote stands inside column 2, which does not begin with one";
  CHECK(rows_of("a,b\"c\nd,e\n") == Rows{"1! " + inside + " <a,b\"c>", "2: d|e"});
  const std::string open = "a quote is opened in column 2 and not closed";
  CHECK(rows_of("a,b\nc,\"d\ne,f\n") == Rows{"1: a|b", "2! " + open + " <c,\"d>", "3: e|f"});
  CHECK(rows_of("c,\"d") == Rows{"1! " + open + " <c,\"d>"});
  CHECK(rows_of("c,\"") == Rows{"1! " + open + " <c,\">"});
}

// Blocks end anywhere: the same rows come whatever stands before them.
TEST_CASE("rows may lie across the blocks that the file is read in") {
  const std::string tail = "\"x\"\"y\r\nz\",w\r\n\"q\"bad,1\r\n\"\",end\r\n";
  const std::string filler(1000, 'f');
  for (size_t shift = 0; shift <= tail.size() + 2; ++shift) {
    // 262,144 bytes are a block.
    std::string text;
    while (text.size() + filler.size() + 2 < 262'144 - tail.size()) text += filler + "\r\n";
    const size_t whole = text.size() / (filler.size() + 2);
    text += std::string(262'144 - tail.size() - 1 + shift - text.size() - 2, 'g') + "\r\n";
    text += tail;
    const auto rows = rows_of(text);
    INFO(shift);
    REQUIRE(rows.size() == whole + 4);
    const auto line = [&](size_t n) { return std::to_string(whole + 1 + n); };
    CHECK(rows[whole + 1] == line(1) + ": x\"y\r\nz|w");
    CHECK(rows[whole + 2].starts_with(line(3) + "! column 1 goes on behind"));
    CHECK(rows[whole + 3] == line(4) + ": |end");
  }
}

TEST_CASE("a row is at most 64 KiB, so that a quote that is never closed costs one line") {
  const std::string most(kCsvRowBytesMax, 'a');
  CHECK(rows_of(most + "\n") == Rows{"1: " + most});
  // Within a block and with its line end in sight.
  const auto longer = rows_of(most + "a\nb\n");
  REQUIRE(longer.size() == 2);
  CHECK(longer[0].starts_with("1! the row is longer than 65536 bytes"));
  CHECK(longer[1] == "2: b");

  std::string many = "x,\"open\n";
  for (int i = 0; i < 100'000; ++i) many += "c,d\n";
  const auto rows = rows_of(many);
  REQUIRE(rows.size() == 100'001);
  CHECK(rows[0] == "1! a quote is opened in column 2 and not closed <x,\"open>");
  CHECK(rows[1] == "2: c|d");
  CHECK(rows.back() == "100001: c|d");

  // Of a line that is longer than a block nothing is taken for a row, not even its end.
  CHECK(rows_of(std::string(3'000'000, 'z') + ",1\nb\n").size() == 2);
  CHECK(rows_of(std::string(3'000'000, 'z') + ",1\nb\n").back() == "2: b");
}

class FailingAfterABlock : public std::streambuf {
 public:
  std::streamsize xsgetn(char* to, std::streamsize size) override {
    if (given_) throw std::ios_base::failure("the disk is gone");
    given_ = true;
    std::fill_n(to, size, 'a');
    to[size - 1] = '\n';
    for (std::streamsize i = 99; i < size; i += 100) to[i] = '\n';
    return size;
  }

 private:
  bool given_ = false;
};

TEST_CASE("a failed read is an error and not the end of the file") {
  FailingAfterABlock buffer;
  std::istream in(&buffer);
  CsvReader reader(in, {});
  CsvRow row;
  std::vector<std::string> errors;
  size_t good = 0;
  while (reader.next(row)) row.error.empty() ? void(++good) : errors.push_back(row.error);
  CHECK(good > 2'000);
  CHECK(errors == Rows{"the file cannot be read any further"});
}

}  // namespace
}  // namespace provodka::tools
