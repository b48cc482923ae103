#include "tools/provodka/bench/postgres_floor.h"

#include "tools/provodka/bench/bench.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

namespace provodka::tools {
namespace {

namespace fs = std::filesystem;

// The newest server that Debian's packages left.
std::string find_programs() {
  std::string found;
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const std::string bin = version.path().string() + "/bin";
    if (fs::exists(bin + "/initdb") && bin > found) found = bin;
  }
  return found;
}

class PrivatePostgres {
 public:
  explicit PrivatePostgres(std::string bin) : bin_(std::move(bin)) {
    dir_ = fs::absolute(fmt::format(".provodka-bench-postgres-{}", ::getpid())).string();
    fs::create_directories(dir_);
    // Postgres refuses to run as root.
    if (::geteuid() == 0) {
      as_ = "runuser -u postgres -- ";
      run(fmt::format("chown postgres {}", dir_));
    }
  }
  ~PrivatePostgres() {
    if (started_) run(fmt::format("{}{}/pg_ctl -D {}/data -m immediate stop", as_, bin_, dir_));
    std::error_code ignored;
    fs::remove_all(dir_, ignored);
  }
  PrivatePostgres(const PrivatePostgres&) = delete;

  bool start() {
    started_ = run(fmt::format("{}{}/initdb -D {}/data -A trust -U postgres --no-sync", as_, bin_, dir_)) &&
               run(fmt::format("{}{}/pg_ctl -D {}/data -w -l {}/log -o \"-c listen_addresses='' -c "
                               "unix_socket_directories={} -c max_wal_size=8GB -c shared_buffers=1GB\" start",
                               as_, bin_, dir_, dir_, dir_));
    return started_;
  }
  bool sql(const std::string& text) {
    std::ofstream(dir_ + "/script.sql") << text;
    return run(
        fmt::format("{}/psql -q -v ON_ERROR_STOP=1 -h {} -U postgres -f {}/script.sql", bin_, dir_, dir_));
  }

 private:
  static bool run(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
  }

  std::string bin_, dir_, as_;
  bool started_ = false;
};

}  // namespace

Result<double> seconds_of_sql_run(uint64_t subscriptions) {
  const std::string bin = find_programs();
  if (bin.empty()) return fault("there is no /usr/lib/postgresql/*/bin/initdb");
  PrivatePostgres postgres(bin);
  if (!postgres.start()) return fault("the server of {} does not start", bin);
  const bool made = postgres.sql(fmt::format(
      R"(CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE subscription (id int PRIMARY KEY, account int NOT NULL, price bigint NOT NULL, charged_through date NOT NULL);
CREATE TABLE charge (id bigserial PRIMARY KEY, subscription int NOT NULL, account int NOT NULL, first date NOT NULL,
                     amount bigint NOT NULL, vat bigint NOT NULL, recorded timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX ON charge (subscription, first);
INSERT INTO account SELECT i, 1000000 FROM generate_series(1, {0}) i;
INSERT INTO subscription SELECT i, i, 60000, '2026-06-30' FROM generate_series(1, {0}) i;
ANALYZE; CHECKPOINT;
)",
      subscriptions));
  if (!made) return fault("the tables cannot be made");
  const auto start = BenchClock::now();
  const bool ran = postgres.sql(R"(BEGIN;
INSERT INTO charge (subscription, account, first, amount, vat)
  SELECT id, account, '2026-07-01', price, round(price * 22 / 122.0) FROM subscription WHERE charged_through < '2026-07-01';
UPDATE account SET balance = balance - c.amount FROM charge c WHERE c.account = account.id AND c.first = '2026-07-01';
UPDATE subscription SET charged_through = '2026-07-31' WHERE charged_through < '2026-07-01';
COMMIT;
)");
  const double seconds = seconds_since(start);
  if (!ran) return fault("the transaction failed");
  return seconds;
}

}  // namespace provodka::tools
