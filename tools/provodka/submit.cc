#include "ledger/codec/command_codec.h"
#include "ledger/core/ids.h"
#include "tools/provodka/batch_sender.h"
#include "tools/provodka/terminal.h"

#include <deque>
#include <fstream>
#include <iostream>
#include <optional>

#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

namespace provodka::tools {
namespace {

constexpr size_t kRejectionsShown = 10;

struct Options {
  std::string url, actor, file, tenant;
  size_t batch = 2'000;
  unsigned patience_s = 60;
  bool json = false;
};

struct Rejected {
  uint64_t line;
  LineResult result;
};

// Why a line cannot be sent; empty when it can. Only what has an id can be sent again after a lost connection
// without being recorded twice.
std::string unsendable(simdjson::ondemand::parser& parser, const std::string& line,
                       simdjson::padded_string& padded) {
  if (line.size() > codec::kCommandBytesMax)
    return fmt::format("the command is longer than {} bytes", codec::kCommandBytesMax);
  padded = simdjson::padded_string(line);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser.iterate(padded).get(document) || document.get_object().get(object))
    return "the line is not a JSON object";
  std::string_view id;
  if (object["id"].get_string().get(id))
    return "the command has no \"id\"; give each one an id of its own, so that it can be sent again safely";
  if (!is_command_id(id)) return "\"id\" is 1 to 128 printable ASCII characters";
  return {};
}

// Names the tenant in a command that names none. REQUIRES: the line is sendable.
void name_tenant(simdjson::ondemand::parser& parser, std::string& line, std::string_view tenant,
                 simdjson::padded_string& padded) {
  padded = simdjson::padded_string(line);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  simdjson::ondemand::value named;
  if (parser.iterate(padded).get(document) || document.get_object().get(object) ||
      object["tenant"].get(named) == simdjson::NO_SUCH_FIELD) {
    line.insert(line.find('{') + 1, fmt::format("\"tenant\":\"{}\",", tenant));
  }
}

// Lines that are not blank, with their numbers.
class Lines {
 public:
  explicit Lines(std::istream& in) : in_(in) {}
  bool next(std::string& line) {
    while (std::getline(in_, line)) {
      ++number_;
      if (line.ends_with('\r')) line.pop_back();
      if (line.find_first_not_of(" \t") != std::string::npos) return true;
    }
    return false;
  }
  uint64_t number() const { return number_; }

 private:
  std::istream& in_;
  uint64_t number_ = 0;
};

class Submit {
 public:
  explicit Submit(const Options& options)
      : options_(options), name_(options.file == "-" ? "standard input" : options.file) {}

  void run() {
    const Url url = or_fail(Url::parse(options_.url), kRefused);
    const std::string actor = or_fail(actor_or_user(options_.actor), kRefused);
    if (!options_.tenant.empty() && !is_operator_id(options_.tenant))
      fail(kRefused, "--tenant is 1 to 64 of A-Z a-z 0-9 . _ : -");
    std::ifstream file;
    if (options_.file != "-") file.open(options_.file, std::ios::binary);
    if (!file) fail(kRefused, fmt::format("cannot open {}", options_.file));
    struct stat status{};
    const bool regular =
        options_.file != "-" && ::stat(options_.file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    uint64_t total = 0;
    if (regular) {
      total = check_all(file);
      file.clear();
      file.seekg(0);
    }
    std::optional<std::string> stopped;
    uint64_t again = 0;
    {
      Progress progress("submit", total);
      if (!regular)
        progress_ = nullptr;
      else
        progress_ = &progress;
      BatchSender sender({.url = url,
                          .actor = actor,
                          .lines_max = options_.batch,
                          .patience = std::chrono::seconds(options_.patience_s)},
                         [this](const LineResult& result) { take(result); });
      stopped = send_all(options_.file == "-" ? std::cin : file, sender);
      again = sender.sent_again();
    }
    report(again, stopped);
  }

 private:
  // Before anything is sent.
  uint64_t check_all(std::istream& in) {
    Lines lines(in);
    std::string line;
    uint64_t count = 0;
    for (; lines.next(line); ++count) {
      if (const auto why = unsendable(parser_, line, padded_); !why.empty()) {
        fail(kRefused, fmt::format("{}:{}: {}; nothing was sent", name_, lines.number(), why));
      }
    }
    return count;
  }

  // Why it did not come to the end, if it did not.
  std::optional<std::string> send_all(std::istream& in, BatchSender& sender) {
    Lines lines(in);
    std::string line;
    std::optional<std::string> stopped;
    while (lines.next(line)) {
      if (const auto why = unsendable(parser_, line, padded_); !why.empty()) {
        stopped = fmt::format("{}:{}: {}; nothing behind it was sent", name_, lines.number(), why);
        break;
      }
      if (!options_.tenant.empty()) name_tenant(parser_, line, options_.tenant, padded_);
      numbers_.push_back(lines.number());
      if (const auto sent = sender.send(std::move(line)); !sent) return fault(sent.error());
    }
    if (const auto settled = sender.settle(); !settled) return fault(settled.error());
    return stopped;
  }

  std::string fault(const Fault& fault) {
    failed_ = true;
    return fmt::format(
        "{}\n  is `provodka serve` running there? Send the file again then: what is recorded stays as it is",
        fault.what);
  }

  void take(const LineResult& result) {
    const uint64_t line = numbers_.front();
    numbers_.pop_front();
    if (result.is_recorded()) {
      ++recorded_;
    } else if (result.is_repeated()) {
      ++repeated_;
    } else {
      ++rejected_;
      if (first_.size() < kRejectionsShown) first_.push_back({line, result});
    }
    if (progress_) progress_->at(recorded_ + repeated_ + rejected_);
  }

  void report(uint64_t again, const std::optional<std::string>& stopped) const {
    if (options_.json) {
      fmt::print("{{\"recorded\":{},\"repeated\":{},\"rejected\":{},\"sent_again\":{}}}\n", recorded_,
                 repeated_, rejected_, again);
    }
    const bool fine = rejected_ == 0 && !stopped;
    const bool separators = is_terminal(fine ? STDOUT_FILENO : STDERR_FILENO);
    const auto number = [&](uint64_t n) { return grouped(n, separators); };
    std::string text = fmt::format("submit {}: {} recorded, {} already there, {} rejected", name_,
                                   number(recorded_), number(repeated_), number(rejected_));
    if (again > 0) text += fmt::format(" ({} sent again after a lost connection)", number(again));
    if (fine) {
      if (!options_.json) fmt::print("{}\n", text);
      return;
    }
    for (const auto& [line, result] : first_) {
      text += fmt::format("\n  line {}: {}: {}", number(line), result.code, result.detail);
      if (!result.pointer.empty()) text += fmt::format(" ({})", result.pointer);
    }
    if (rejected_ > first_.size()) text += fmt::format("\n  and {} more", number(rejected_ - first_.size()));
    if (stopped) text += "\nprovodka: " + *stopped;
    fail(failed_ ? kFailed : kRefused, text);
  }

  const Options& options_;
  const std::string name_;
  simdjson::ondemand::parser parser_;
  simdjson::padded_string padded_;
  std::deque<uint64_t> numbers_;  // of the lines that were sent and not answered
  Progress* progress_ = nullptr;
  uint64_t recorded_ = 0, repeated_ = 0, rejected_ = 0;
  std::vector<Rejected> first_;
  bool failed_ = false;
};

}  // namespace

void add_submit(CLI::App& app) {
  auto* sub = app.add_subcommand("submit", "Sends commands (one JSON document a line) to a server");
  static Options options;
  sub->add_option("--url", options.url, "The server, such as http://127.0.0.1:8080")
      ->envname("PROVODKA_URL")
      ->required();
  sub->add_option("--tenant", options.tenant, "The tenant of lines that name none");
  sub->add_option("--batch", options.batch, "Lines a request")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  sub->add_option("--actor", options.actor, "Who sends them (default: $USER)");
  sub->add_option("--patience", options.patience_s, "Seconds to wait for a server that is gone")
      ->capture_default_str();
  sub->add_flag("--json", options.json, "The counts as one JSON object");
  sub->add_option("file", options.file, "The file, or - for standard input")->required();
  sub->footer("Example: provodka submit --url http://127.0.0.1:8080 commands.ndjson");
  sub->callback([] { Submit(options).run(); });
}

}  // namespace provodka::tools
