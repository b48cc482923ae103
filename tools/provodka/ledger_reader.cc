#include "tools/provodka/ledger_reader.h"

#include "ledger/log/line.h"
#include "tools/provodka/terminal.h"

#include <filesystem>
#include <set>

namespace provodka::tools {

Result<LedgerReader> LedgerReader::open(const std::string& path) {
  auto dir = log::DataDir::look(path);
  if (!dir) return std::unexpected(dir.error());
  LedgerReader reader(std::move(*dir));
  std::optional<log::Head> head;
  if (log::HeadFile::exists(reader.dir_.head())) {
    const auto read = log::HeadFile::read(reader.dir_.head());
    if (!read) return std::unexpected(read.error());
    head = *read;
  }
  auto log = log::EventLog::open(reader.dir_.log(), log::EventLog::Mode::reader);
  if (!log) return std::unexpected(log.error());
  reader.log_ = std::move(*log);
  if (head && head->position > reader.log_->last()) {
    return fault("the log ends at position {}, but {} was acknowledged", reader.log_->last(), head->position);
  }
  reader.through_ = head ? head->position : reader.log_->last();
  return reader;
}

Result<log::Trees*> LedgerReader::trees() {
  if (trees_) return trees_.get();
  // Tiles that a running server has not flushed yet are not seen from outside: they are made again from the
  // log.
  auto store = log::DerivedStore::open(dir_.index(), log::DerivedStore::Mode::reader);
  if (!store) return trees_from_log();
  store_ = std::move(*store);
  auto trees = log::Trees::open(*store_);
  if (!trees) return trees_from_log();
  return follow(std::move(*trees));
}

Result<log::Trees*> LedgerReader::trees_from_log() {
  trees_.reset();
  return follow(log::Trees::in_memory());
}

Result<log::Trees*> LedgerReader::follow(std::unique_ptr<log::Trees> trees) {
  std::optional<Fault> failed;
  log_->scan(
      trees->position().next(), through_,
      [&](const log::FramePtr& frame) {
        const auto added = trees->add(*frame, through_);
        if (!added) failed = added.error();
        return !failed;
      },
      [&](const log::EventLog::Damage& damage) {
        failed =
            Fault{fmt::format("frame {}: {}; run verify for the whole picture", damage.frame, damage.reason)};
      });
  if (failed) return std::unexpected(*failed);
  trees_ = std::move(trees);
  return trees_.get();
}

void add_reader_options(CLI::App& app, ReaderOptions& options) {
  app.add_option("--data", options.data, "The data directory")
      ->envname("PROVODKA_DATA")
      ->capture_default_str();
  app.add_option("--tenant", options.tenant, "The tenant; not needed where there is only one");
}

std::string tenant_of(const ReaderOptions& options, LedgerReader& reader) {
  // Every tenant has a tree; the stored heads are enough to know their names.
  const auto trees = reader.trees();
  if (!trees) fail(kFailed, trees.error().what);
  std::string names;
  const auto heads = (*trees)->heads();
  for (const auto& [name, head] : heads) names += (names.empty() ? "" : ", ") + name;
  if (!options.tenant.empty()) {
    if (heads.contains(options.tenant)) return options.tenant;
    fail(kRefused, fmt::format("there is no tenant {}; there is {}", options.tenant,
                               names.empty() ? "none yet" : names));
  }
  if (heads.size() == 1) return heads.begin()->first;
  if (heads.empty()) fail(kRefused, "there is no tenant yet");
  fail(kRefused, fmt::format("name one with --tenant: there are {}", names));
}

}  // namespace provodka::tools
