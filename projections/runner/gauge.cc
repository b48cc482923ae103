#include "projections/runner/gauge.h"

#include "ledger/log/event_source.h"
#include "projections/runner/house.h"
#include "projections/runner/postgres.h"

#include <chrono>
#include <filesystem>
#include <random>

#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

class NoSource : public log::EventSource {
 public:
  Result<log::FramePtr> frame_at(Position, std::chrono::milliseconds) override { return log::FramePtr(); }
  Position last() const override { return {}; }
  void stop() override {}
  std::string name() const override { return "nothing"; }
};

class NobodysData : public PersonalData {
 public:
  Result<std::optional<std::string>> open(std::string_view, std::string_view, std::string_view) override {
    return std::nullopt;
  }
};

// Calls f(kind, table) for the tables of all projections that are only added to.
template <class F>
void for_each_appended(const std::vector<ProjectionKind>& kinds, F&& f) {
  NoSource source;
  NobodysData personal;
  for (const ProjectionKind& kind : kinds) {
    const auto projection = kind.make({source, personal});
    for (const Table* table : projection->tables()) {
      if (dynamic_cast<const Appends*>(table)) f(kind, table->name());
    }
  }
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

Gauge::Gauge(const std::string& postgres, const std::vector<ProjectionKind>& kinds)
    : connection_(connect(postgres, "provodka gauge")), kinds_(kinds) {}

Position Gauge::slowest() {
  pqxx::work transaction(*connection_);
  const auto found = transaction.exec(
      "SELECT coalesce(min(position), 0) FROM provodka_runner.projection WHERE slot = 'live'");
  return Position(found[0][0].as<uint64_t>());
}

bool Gauge::is_indexed() {
  pqxx::work transaction(*connection_);
  const auto found =
      transaction.exec("SELECT bool_and(indexed) FROM provodka_runner.projection WHERE slot = 'live'");
  return found[0][0].as<bool>();
}

uint64_t Gauge::appended_rows() {
  pqxx::work transaction(*connection_);
  uint64_t rows = 0;
  for_each_appended(kinds_, [&](const ProjectionKind& kind, const std::string& table) {
    rows +=
        transaction.exec(fmt::format("SELECT count(*) FROM {}.{}", schema_of(kind, Slot::live), table))[0][0]
            .as<uint64_t>();
  });
  return rows;
}

Gauge::Copied Gauge::copy_floor() {
  Copied copied{0, 0};
  for_each_appended(kinds_, [&](const ProjectionKind& kind, const std::string& table) {
    const std::string live = schema_of(kind, Slot::live),
                      file = fmt::format("provodka_floor_{}_{}", kind.name, table);
    pqxx::work transaction(*connection_);
    transaction.exec(
        fmt::format("DROP SCHEMA IF EXISTS provodka_floor CASCADE; CREATE SCHEMA provodka_floor;"
                    "SET LOCAL search_path = provodka_floor, public"));
    transaction.exec(std::string(kind.table_sql));
    const auto partitions = transaction.exec(fmt::format(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = "
        "i.inhrelid WHERE i.inhparent = '{}.{}'::regclass",
        live, table));
    for (const auto& partition : partitions) {
      transaction.exec(fmt::format("CREATE TABLE provodka_floor.{} PARTITION OF provodka_floor.{} {}",
                                   partition[0].c_str(), table, partition[1].c_str()));
    }
    std::string columns;
    for (const auto& column : transaction.exec(fmt::format(
             "SELECT attname FROM pg_attribute WHERE attrelid = '{}.{}'::regclass AND attnum > 0 AND NOT "
             "attisdropped AND attgenerated = '' ORDER BY attnum",
             live, table))) {
      columns += (columns.empty() ? "" : ", ") + std::string(column[0].c_str());
    }
    transaction.exec(fmt::format("COPY (SELECT {2} FROM {0}.{1}) TO '/tmp/{3}'", live, table, columns, file));
    const auto began = std::chrono::steady_clock::now();
    const auto result =
        transaction.exec(fmt::format("COPY provodka_floor.{} ({}) FROM '/tmp/{}'", table, columns, file));
    transaction.commit();
    copied.seconds += seconds_since(began);
    copied.rows += result.affected_rows();
    pqxx::work after(*connection_);
    after.exec("DROP SCHEMA provodka_floor CASCADE");
    after.exec(fmt::format("COPY (SELECT 1) TO PROGRAM 'rm -f /tmp/{}'", file));
    after.commit();
  });
  return copied;
}

std::vector<double> Gauge::statement_pages_ms(std::string_view tenant, std::string_view account, size_t rows,
                                              int pages) {
  pqxx::work transaction(*connection_);
  const auto entries = transaction.exec_params(
      "SELECT sequence FROM provodka.statement WHERE tenant = $1 AND account = $2 ORDER BY sequence",
      std::string(tenant), std::string(account));
  if (entries.size() < rows) throw Unfit("the account has fewer entries than a page");
  std::minstd_rand random;
  std::uniform_int_distribution<size_t> row(rows - 1, entries.size() - 1);
  std::vector<double> took;
  for (int i = 0; i < pages; ++i) {
    const auto through = entries[row(random)][0].as<int64_t>();
    const auto began = std::chrono::steady_clock::now();
    const auto page = transaction.exec_params(
        "SELECT * FROM provodka.statement WHERE tenant = $1 AND account = $2 AND sequence <= $3 ORDER BY "
        "sequence DESC LIMIT $4",
        std::string(tenant), std::string(account), through, rows);
    took.push_back(seconds_since(began) * 1e3);
    if (page.size() != rows) throw Unfit("a page has fewer rows than were asked for");
  }
  return took;
}

}  // namespace provodka::projections
