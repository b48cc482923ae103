#include "ledger/engine/replay.h"
#include "tools/provodka/ledger_reader.h"
#include "tools/provodka/terminal.h"

#include <deque>

namespace provodka::tools {
namespace {

struct Options : ReaderOptions {
  uint64_t last = 31;
  Format format = Format::table;
};

std::string skipped_of(const billing::RunCompleted& run) {
  std::string text;
  for (const billing::Skipped& skipped : run.skipped)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", enum_name(skipped.reason), skipped.count);
  return text;
}

std::string charges_of(const billing::RunCompleted& run) {
  std::string text;
  for (const billing::Earned& earned : run.services) {
    text += fmt::format("{}{} {} {} {}", text.empty() ? "" : ", ", earned.service.text, earned.charges,
                        earned.amount.to_string(), earned.amount.currency.code());
  }
  return text;
}

void run(const Options& options) {
  auto reader = or_fail(LedgerReader::open(options.data));
  const std::string tenant = tenant_of(options, reader);
  std::deque<std::vector<std::string>> last;
  std::optional<std::string> broken;
  Progress progress("reading", reader.through().value());
  engine::replay(
      reader.log(), {.from = Position(1), .through = reader.through()},
      [&](engine::DecodedFrame& frame) {
        for (const auto& [header, event] : frame.events) {
          const auto* run = std::get_if<billing::RunCompleted>(&event);
          if (!run || header.tenant != tenant) continue;
          last.push_back({fmt::format("{}", header.sequence), run->through.to_string(),
                          fmt::format("{}", run->expected), fmt::format("{}", run->charged),
                          fmt::format("{}", run->expected - run->charged), skipped_of(*run), charges_of(*run),
                          run->duration_ms ? fmt::format("{}", *run->duration_ms) : std::string()});
          if (last.size() > options.last) last.pop_front();
        }
        progress.at(frame.frame->last().value());
        if (frame.bad_line)
          broken = fmt::format("position {}: {}", frame.bad_line->first, frame.bad_line->second);
        return !broken;
      },
      [&](const log::EventLog::Damage& damage) {
        if (!broken)
          broken = fmt::format("frame {}: {}; events {} to {} cannot be read", damage.frame, damage.reason,
                               damage.first, damage.last);
      });
  if (broken) fail(kFailed, *broken);
  Rows rows({{"sequence", true},
             {"through"},
             {"expected", true},
             {"charged", true},
             {"skipped", true},
             {"reasons"},
             {"charges"},
             {"ms", true}});
  for (auto& row : last) rows.add(std::move(row));
  rows.print(options.format);
}

}  // namespace

void add_runs(CLI::App& app) {
  auto* sub = app.add_subcommand("runs", "The reports of billing runs: expected = charged + skipped");
  static Options options;
  add_reader_options(*sub, options);
  sub->add_option("--last", options.last, "So many of them")->capture_default_str();
  add_format(*sub, options.format);
  sub->footer("Example: provodka runs --data .run/data --last 7");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
