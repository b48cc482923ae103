#pragma once

#include "ledger/core/ids.h"
#include "ledger/core/result.h"
#include "projections/runner/projection.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/connection>

namespace provodka::projections {

// What measurements ask of Postgres. Throws what pqxx throws.
class Gauge {
 public:
  Gauge(const std::string& postgres, const std::vector<ProjectionKind>& kinds);

  // What every projection has; zero before the first.
  Position slowest();
  // Whether the indexes of all were made that come when tables have caught up.
  bool is_indexed();

  // COPY of the rows of all tables that are only ever added to, into the same tables with their indexes, made
  // beside the live ones for it and dropped again: what this machine can do with these rows.
  struct Copied {
    uint64_t rows;
    double seconds;
  };
  Copied copy_floor();
  // The rows of those tables.
  uint64_t appended_rows();

  // How long pages of so many rows take from anywhere in an account's statement, through the public view; in
  // milliseconds.
  std::vector<double> statement_pages_ms(std::string_view tenant, std::string_view account, size_t rows,
                                         int pages);

 private:
  std::unique_ptr<pqxx::connection> connection_;
  const std::vector<ProjectionKind>& kinds_;
};

}  // namespace provodka::projections
