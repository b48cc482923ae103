#pragma once

#include "ledger/core/result.h"
#include "tools/provodka/subcommands.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace provodka::tools {

enum ExitCode { kFine = 0, kRefused = 1, kFailed = 2 };

// Says what is wrong in one or two lines on stderr, as `provodka: …`, and ends the program.
[[noreturn]] void fail(ExitCode, std::string_view message);

// The same with the fault's text, as refused where it is that.
[[noreturn]] void fail(const Fault&, ExitCode);

// The value, or the end of the program.
template <class T>
T or_fail(Result<T> result, ExitCode code = kFailed) {
  if (!result) fail(result.error(), code);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

bool is_terminal(int fd);

// 1234567 as 1,234,567 on a terminal, without separators in a pipe.
std::string grouped(uint64_t number, bool separators);

// Adds an option of which the value is one of some names.
template <class T>
void add_choice(CLI::App& app, const std::string& option, T& value, std::map<std::string, T> choices,
                const std::string& help) {
  std::vector<std::string> names;
  for (const auto& [name, choice] : choices) names.push_back(name);
  app.add_option_function<std::string>(
         option,
         [&value, choices = std::move(choices)](const std::string& name) { value = choices.at(name); }, help)
      ->check(CLI::IsMember(std::move(names)));
}

enum class Format { table, csv, json, ndjson };

// Adds --format table|csv|json|ndjson and --json for short.
void add_format(CLI::App&, Format&);

// Rows under a header, printed once they are all there (table: aligned, numbers to the right) or as CSV
// (RFC 4180), one JSON array of objects, or one object a line. Cells are texts; `number` columns are aligned
// right in tables; JSON keeps every cell a string, for amounts are never JSON numbers.
class Rows {
 public:
  struct Column {
    std::string name;
    bool number = false;
  };
  explicit Rows(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(Format) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string json_string(std::string_view);

// A progress bar on stderr while it is a terminal, nothing in a pipe: done of total, rate, time left.
class Progress {
 public:
  Progress(std::string what, uint64_t total);
  ~Progress();
  void at(uint64_t done);

 private:
  void draw();
  std::string what_;
  uint64_t total_, done_ = 0;
  bool shown_;
  std::chrono::steady_clock::time_point start_, drawn_;
};

}  // namespace provodka::tools
