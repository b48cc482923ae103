#include "tools/provodka/terminal.h"

#include "ledger/codec/json_out.h"

#include <algorithm>

#include <unistd.h>

namespace provodka::tools {
namespace {

// Columns that a UTF-8 text takes, near enough: one a code point.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

void fail(ExitCode code, std::string_view message) {
  std::fflush(stdout);
  fmt::print(stderr, "provodka: {}\n", message);
  throw Exit{code};
}

void fail(const Fault& fault, ExitCode code) { fail(fault.refused ? kRefused : code, fault.what); }

bool is_terminal(int fd) { return ::isatty(fd) == 1; }

std::string grouped(uint64_t number, bool separators) {
  std::string text = fmt::format("{}", number);
  if (!separators) return text;
  for (auto at = static_cast<ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
    text.insert(static_cast<size_t>(at), ",");
  return text;
}

void add_format(CLI::App& app, Format& format) {
  add_choice<Format>(
      app, "--format", format,
      {{"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}, {"ndjson", Format::ndjson}},
      "How it is printed");
  app.add_flag_callback("--json", [&format] { format = Format::json; }, "Short for --format json");
}

std::string json_string(std::string_view text) {
  Buffer out;
  codec::write_escaped(out, text);
  return std::string(out.view());
}

void Rows::print(Format format) const {
  const auto object = [&](const std::vector<std::string>& row) {
    std::string text = "{";
    for (size_t i = 0; i < columns_.size(); ++i) {
      text += fmt::format("{}{}:{}", i ? "," : "", json_string(columns_[i].name), json_string(row[i]));
    }
    return text + "}";
  };
  switch (format) {
    case Format::csv: {
      const auto line = [&](auto&& cell) {
        for (size_t i = 0; i < columns_.size(); ++i) fmt::print("{}{}", i ? "," : "", csv_cell(cell(i)));
        fmt::print("\n");
      };
      line([&](size_t i) { return columns_[i].name; });
      for (const auto& row : rows_) line([&](size_t i) { return row[i]; });
      return;
    }
    case Format::ndjson:
      for (const auto& row : rows_) fmt::print("{}\n", object(row));
      return;
    case Format::json:
      fmt::print("[");
      for (size_t r = 0; r < rows_.size(); ++r) fmt::print("{}\n  {}", r ? "," : "", object(rows_[r]));
      fmt::print("{}]\n", rows_.empty() ? "" : "\n");
      return;
    case Format::table:
      break;
  }
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = width_of(columns_[i].name);
    for (const auto& row : rows_) width = std::max(width, width_of(row[i]));
    widths.push_back(width);
  }
  const auto line = [&](auto&& cell) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const std::string value = cell(i);
      const std::string pad(widths[i] - width_of(value), ' ');
      text += columns_[i].number ? pad + value : value + pad;
      if (i + 1 < columns_.size()) text += "  ";
    }
    text.erase(text.find_last_not_of(' ') + 1);
    fmt::print("{}\n", text);
  };
  line([&](size_t i) { return columns_[i].name; });
  for (const auto& row : rows_) line([&](size_t i) { return row[i]; });
}

Progress::Progress(std::string what, uint64_t total)
    : what_(std::move(what)),
      total_(total),
      shown_(is_terminal(STDERR_FILENO)),
      start_(std::chrono::steady_clock::now()) {}

Progress::~Progress() {
  if (shown_ && drawn_ != std::chrono::steady_clock::time_point()) fmt::print(stderr, "\r\033[K");
}

void Progress::at(uint64_t done) {
  done_ = done;
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  draw();
}

void Progress::draw() {
  const double seconds = std::chrono::duration<double>(drawn_ - start_).count();
  const double rate = static_cast<double>(done_) / std::max(seconds, 1e-3);
  const double share = total_ ? static_cast<double>(done_) / static_cast<double>(total_) : 0;
  const auto left =
      static_cast<uint64_t>(total_ > done_ ? static_cast<double>(total_ - done_) / std::max(rate, 1e-9) : 0);
  std::string bar;
  for (int i = 0; i < 20; ++i) bar += i < static_cast<int>(share * 20) ? "█" : "░";
  fmt::print(stderr, "\r\033[K{} {} {}/{}  {}/s  {}:{:02} left", what_, bar, grouped(done_, true),
             grouped(total_, true), grouped(static_cast<uint64_t>(rate), true), left / 60, left % 60);
  std::fflush(stderr);
}

}  // namespace provodka::tools
