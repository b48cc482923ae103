#pragma once

#include "ledger/log/data_dir.h"
#include "ledger/log/derived_store.h"
#include "ledger/log/event_log.h"
#include "ledger/log/head.h"
#include "ledger/log/trees.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace provodka::tools {

// A data directory opened for reading, beside a running server or without one. It ends where the head file
// says that events were acknowledged: what comes after may be in the middle of being written.
class LedgerReader {
 public:
  static Result<LedgerReader> open(const std::string& path);

  const log::DataDir& dir() const { return dir_; }
  const log::EventLog& log() const { return *log_; }
  Position through() const { return through_; }

  // The trees as of through(), from the stored tiles and the log; from the log alone where the stored ones
  // cannot be used, for all of them follow from it.
  Result<log::Trees*> trees();
  Result<log::Trees*> trees_from_log();

 private:
  Result<log::Trees*> follow(std::unique_ptr<log::Trees>);

  explicit LedgerReader(log::DataDir dir) : dir_(std::move(dir)) {}
  log::DataDir dir_;
  std::unique_ptr<log::EventLog> log_;
  Position through_;
  std::unique_ptr<log::DerivedStore> store_;
  std::unique_ptr<log::Trees> trees_;
};

// Adds --data DIR and --tenant T.
struct ReaderOptions {
  std::string data = "data";
  std::string tenant;
};
void add_reader_options(CLI::App&, ReaderOptions&);

// The tenant that was named, or the only one there is. Ends the program where that is not clear.
std::string tenant_of(const ReaderOptions&, LedgerReader&);

}  // namespace provodka::tools
