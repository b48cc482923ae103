#include "ledger/codec/command_codec.h"
#include "ledger/core/hash.h"
#include "ledger/core/ids.h"
#include "tools/provodka/batch_sender.h"
#include "tools/provodka/import_row.h"
#include "tools/provodka/terminal.h"

#include <deque>
#include <filesystem>
#include <fstream>
#include <unordered_map>
#include <unordered_set>

#include <unistd.h>

namespace provodka::tools {
namespace {

constexpr size_t kAccountsRememberedMax = 1'000'000;
constexpr size_t kPendingMax = 20'000;  // more than the sender has under way

struct Options {
  std::string map, url, tenant, rejects, actor, file;
  unsigned patience_s = 60;
  bool dry_run = false, json = false;
};

// Takes commands in their order and calls back for each, in the same order.
class Sink {
 public:
  using OnResult = BatchSender::OnResult;
  virtual ~Sink() = default;
  virtual Result<void> send(std::string command) = 0;
  virtual Result<void> settle() = 0;
  virtual uint64_t sent_again() const { return 0; }
};

class ServerSink final : public Sink {
 public:
  ServerSink(BatchSender::Options options, OnResult on_result)
      : sender_(std::move(options), std::move(on_result)) {}
  Result<void> send(std::string command) override { return sender_.send(std::move(command)); }
  Result<void> settle() override { return sender_.settle(); }
  uint64_t sent_again() const override { return sender_.sent_again(); }

 private:
  BatchSender sender_;
};

// Answers what can be known without a server: the form of the command, and ids that were used before in the
// file. The ids are remembered by their hashes, 16 bytes a row.
class DrySink final : public Sink {
 public:
  explicit DrySink(OnResult on_result) : on_result_(std::move(on_result)) {}

  Result<void> send(std::string command) override {
    Arena arena;
    Command decoded;
    codec::CommandError error;
    LineResult result{.status = 201, .code = {}, .detail = {}, .pointer = {}};
    if (!decoder_.decode(command, {}, arena, decoded, error)) {
      result = {
          .status = 400, .code = std::string(error.code), .detail = error.detail, .pointer = error.pointer};
    } else {
      Buffer form;
      codec::canonical_form(form, decoded);
      const uint64_t body = hash_of(form.view(), 0);
      const auto [known, is_new] = seen_.try_emplace(hash_of(decoded.id.text, 0), body);
      if (!is_new) result.status = known->second == body ? 200 : 409;
      if (result.status == 409) result.code = "command_id_reused";
    }
    on_result_(result);
    return {};
  }
  Result<void> settle() override { return {}; }

 private:
  OnResult on_result_;
  codec::CommandDecoder decoder_;
  std::unordered_map<uint64_t, uint64_t> seen_;
};

class Import {
 public:
  explicit Import(const Options& options)
      : options_(options),
        rejects_path_(options.rejects.empty() ? options.file + ".rejects" : options.rejects) {}

  void run() {
    ImportMap map = or_fail(load_import_map(options_.map), kRefused);
    if (!is_operator_id(options_.tenant))
      fail(kRefused,
           fmt::format("--tenant \"{}\": 1 to 64 of A-Z a-z 0-9 . _ : - are expected", options_.tenant));
    std::ifstream file(options_.file, std::ios::binary);
    if (!file || std::filesystem::is_directory(options_.file))
      fail(kRefused, fmt::format("cannot open {}", options_.file));
    const uint64_t total = lines_of(file);
    CsvReader reader(file, map.csv);
    const size_t columns = bind(map, reader);
    const RowMapper mapper(map, options_.tenant, columns);
    const auto sink = make_sink();
    open_rejects();
    std::optional<Fault> failed;
    {
      Progress progress("import", total);
      Result<void> sent = send_all(map, mapper, reader, *sink, progress);
      if (sent) sent = sink->settle();
      if (!sent) failed = std::move(sent.error());
      write_out();
    }
    close_rejects();
    report(sink->sent_again(), failed);
  }

 private:
  enum class Kind { tenant, account, row };

  // What was sent or refused here, in the order of the file, so that rejects come out in that order.
  struct Pending {
    Kind kind;
    uint64_t line;
    std::string text;
    std::optional<std::string> reason;  // refused; decided when it is neither waiting nor
    bool waiting;
  };

  uint64_t lines_of(std::ifstream& file) {
    uint64_t count = 0;
    std::string block(256 << 10, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())), file.gcount() > 0) {
      count += static_cast<uint64_t>(std::count(block.begin(), block.begin() + file.gcount(), '\n'));
    }
    file.clear();
    file.seekg(0);
    return count;
  }

  size_t bind(ImportMap& map, CsvReader& reader) {
    std::vector<std::string> names = map.columns;
    if (map.header) {
      CsvRow header;
      if (!reader.next(header))
        fail(kRefused, fmt::format("{} is empty; its first row must name the columns", options_.file));
      if (!header.error.empty())
        fail(kRefused, fmt::format("{}:{}: {}", options_.file, header.line, header.error));
      for (std::string& name : header.fields) {
        if (const auto converted = map.encoding.to_utf8(name); !converted) {
          fail(kRefused, fmt::format("{}:{}: {}", options_.file, header.line, converted.error()));
        }
      }
      names = header.fields;
    }
    or_fail(map.bind(names, options_.file), kRefused);
    return names.size();
  }

  std::unique_ptr<Sink> make_sink() {
    const auto on_result = [this](const LineResult& result) { take(result); };
    if (options_.dry_run) return std::make_unique<DrySink>(on_result);
    if (options_.url.empty())
      fail(kRefused, "import needs --url URL, or --dry-run to check the file without a server");
    BatchSender::Options sender{.url = or_fail(Url::parse(options_.url), kRefused),
                                .actor = or_fail(actor_or_user(options_.actor), kRefused),
                                .patience = std::chrono::seconds(options_.patience_s)};
    return std::make_unique<ServerSink>(std::move(sender), on_result);
  }

  Result<void> send_all(const ImportMap& map, const RowMapper& mapper, CsvReader& reader, Sink& sink,
                        Progress& progress) {
    if (map.tenant) {
      if (auto sent = send(sink, Kind::tenant, {}, mapper.create_tenant()); !sent) return sent;
    }
    CsvRow row;
    while (!no_tenant_ && reader.next(row)) {
      progress.at(row.line);
      // Rows that are refused here wait for the answers to those before them.
      if (pending_.size() > kPendingMax) {
        if (auto settled = sink.settle(); !settled) return settled;
      }
      if (!row.error.empty()) {
        refuse(map, row, row.error);
        continue;
      }
      auto mapped = mapper.map(row);
      if (!mapped) {
        refuse(map, row, mapped.error());
        continue;
      }
      if (!mapped->open.empty() && opened_.insert(mapped->account).second) {
        // Opening twice does no harm, so what is remembered can be bounded.
        if (opened_.size() > kAccountsRememberedMax) opened_.clear();
        if (auto sent = send(sink, Kind::account, row, std::move(mapped->open)); !sent) return sent;
      }
      if (auto sent = send(sink, Kind::row, row, std::move(mapped->command), text_of(map, row)); !sent)
        return sent;
    }
    return {};
  }

  Result<void> send(Sink& sink, Kind kind, const CsvRow& row, std::string command, std::string text = {}) {
    pending_.push_back(
        {.kind = kind, .line = row.line, .text = std::move(text), .reason = {}, .waiting = true});
    return sink.send(std::move(command));
  }

  void refuse(const ImportMap& map, const CsvRow& row, std::string reason) {
    pending_.push_back({.kind = Kind::row,
                        .line = row.line,
                        .text = text_of(map, row),
                        .reason = std::move(reason),
                        .waiting = false});
    if (first_waiting_ == pending_.size() - 1) ++first_waiting_;
    write_out();
  }

  // The row as it stood in the file, readable beside the reason where the encoding allows.
  static std::string text_of(const ImportMap& map, const CsvRow& row) {
    std::string text(row.text);
    std::ignore = map.encoding.to_utf8(text);
    return text;
  }

  // The answer to the first of what waits.
  void take(const LineResult& result) {
    Pending& entry = pending_[first_waiting_];
    entry.waiting = false;
    const bool is_fine = result.is_recorded() || result.is_repeated();
    if (entry.kind == Kind::row && is_fine) ++(result.is_recorded() ? recorded_ : repeated_);
    if (entry.kind == Kind::row && !is_fine) entry.reason = reason_of(result);
    if (entry.kind == Kind::account && !is_fine && result.code != "account_exists" &&
        result.code != "unknown_tenant") {
      // The rows of the account say so too, for there is no such account; unless someone opened it otherwise.
      if (result.code == "command_id_reused") {
        ++opened_otherwise_;
      } else if (account_problem_.empty()) {
        account_problem_ =
            fmt::format("line {}: the account could not be opened: {}", entry.line, reason_of(result));
      }
    }
    if (entry.kind == Kind::tenant && !is_fine && result.code != "tenant_exists" &&
        result.code != "command_id_reused") {
      tenant_problem_ = reason_of(result);
    }
    if (result.code == "unknown_tenant") no_tenant_ = true;
    do {
      ++first_waiting_;
    } while (first_waiting_ < pending_.size() && !pending_[first_waiting_].waiting);
    write_out();
  }

  static std::string reason_of(const LineResult& result) {
    if (result.code == "command_id_reused")
      return "id: it was used before, in this file or an earlier import, with other content";
    std::string reason = result.code;
    if (!result.detail.empty()) reason += ": " + result.detail;
    if (!result.pointer.empty()) reason += fmt::format(" ({})", result.pointer);
    return reason;
  }

  // Writes out what is decided at the front.
  void write_out() {
    while (first_waiting_ > 0) {
      const Pending& entry = pending_.front();
      if (entry.reason) {
        if (rejected_++ == 0) first_ = fmt::format("line {}: {}", entry.line, *entry.reason);
        rejects_ << entry.line << ',' << quoted(*entry.reason) << ',' << quoted(entry.text) << '\n';
      }
      pending_.pop_front();
      --first_waiting_;
    }
  }

  static std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
      if (c == '"') out += '"';
      out += c;
    }
    return out + '"';
  }

  void open_rejects() {
    std::error_code ignored;
    if (std::filesystem::equivalent(rejects_path_, options_.file, ignored))
      fail(kRefused, "--rejects is the file itself");
    rejects_.open(rejects_path_, std::ios::binary | std::ios::trunc);
    if (!rejects_) fail(kRefused, fmt::format("cannot write {}", rejects_path_));
    rejects_ << "line,reason,row\n";
  }

  // A file of rejects is there when there are any.
  void close_rejects() {
    rejects_.close();
    if (!rejects_) fail(kFailed, fmt::format("cannot write {}", rejects_path_));
    std::error_code ignored;
    if (rejected_ == 0 && std::filesystem::is_regular_file(rejects_path_, ignored))
      std::filesystem::remove(rejects_path_, ignored);
  }

  void report(uint64_t again, const std::optional<Fault>& failed) const {
    if (options_.json) {
      fmt::print("{{\"recorded\":{},\"repeated\":{},\"rejected\":{},\"sent_again\":{}}}\n", recorded_,
                 repeated_, rejected_, again);
    }
    const std::string name = std::filesystem::path(options_.file).filename().string();
    if (no_tenant_) {
      fail(kRefused,
           fmt::format("import {}: there is no tenant \"{}\" at {}{}", name, options_.tenant, options_.url,
                       tenant_problem_.empty() ? "; create it, or add a [tenant] section to the map"
                                               : ", and it was refused: " + tenant_problem_));
    }
    const bool fine = rejected_ == 0 && !failed;
    const bool separators = is_terminal(fine ? STDOUT_FILENO : STDERR_FILENO);
    const auto number = [&](uint64_t n) { return grouped(n, separators); };
    std::string text = fmt::format("import {}: {} {}", name, number(recorded_),
                                   options_.dry_run ? "rows would be sent" : "rows recorded");
    if (repeated_ > 0) text += fmt::format(", {} already there", number(repeated_));
    if (rejected_ > 0)
      text += fmt::format(", {} rejected, see {} (first: {})", number(rejected_), rejects_path_, first_);
    if (again > 0) text += fmt::format(" ({} sent again after a lost connection)", number(again));
    if (!account_problem_.empty()) text += "\n  " + account_problem_;
    if (opened_otherwise_ > 0) {
      text += fmt::format(
          "\n  {} accounts were opened before with another credit limit than the map's, which stays",
          number(opened_otherwise_));
    }
    if (failed) {
      text += fmt::format(
          "\nprovodka: {}\n  is `provodka serve` running there? Import the file again then: what is recorded "
          "stays as it is",
          failed->what);
    }
    if (!fine) fail(failed ? kFailed : kRefused, text);
    if (!options_.json) fmt::print("{}\n", text);
  }

  const Options& options_;
  const std::string rejects_path_;
  std::ofstream rejects_;
  std::unordered_set<std::string> opened_;
  std::deque<Pending> pending_;
  size_t first_waiting_ = 0;  // of pending_
  uint64_t recorded_ = 0, repeated_ = 0, rejected_ = 0, opened_otherwise_ = 0;
  std::string first_, account_problem_, tenant_problem_;
  bool no_tenant_ = false;
};

}  // namespace

void add_import(CLI::App& app) {
  auto* sub = app.add_subcommand("import",
                                 "Makes commands of the rows of a delimited file and sends them to a server");
  static Options options;
  sub->add_option("--map", options.map, "How rows become commands; tools/maps has examples")->required();
  sub->add_option("--url", options.url, "The server, such as http://127.0.0.1:8080")->envname("PROVODKA_URL");
  sub->add_option("--tenant", options.tenant, "The tenant")->required();
  sub->add_option("--rejects", options.rejects, "Where rows go that fail (default: FILE.rejects)");
  sub->add_option("--actor", options.actor, "Who sends them (default: $USER)");
  sub->add_option("--patience", options.patience_s, "Seconds to wait for a server that is gone")
      ->capture_default_str();
  sub->add_flag("--dry-run", options.dry_run, "Check the map and every row, and send nothing");
  sub->add_flag("--json", options.json, "The counts as one JSON object");
  sub->add_option("file", options.file, "The file")->required();
  sub->footer(
      "Example: provodka import --map tools/maps/berka.toml --url http://127.0.0.1:8080 --tenant berka "
      "trans.csv");
  sub->callback([] { Import(options).run(); });
}

}  // namespace provodka::tools
