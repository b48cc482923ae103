#include "tools/provodka/bench/private_postgres.h"

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

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

PrivatePostgres::PrivatePostgres(std::string bin) : bin_(std::move(bin)) {
  dir_ = fs::absolute(fmt::format(".provodka-bench-postgres-{}", ::getpid())).string();
  fs::create_directories(dir_);
  // Postgres refuses to run as root.
  if (::geteuid() == 0) {
    as_ = "runuser -u postgres -- ";
    run(fmt::format("chown postgres {}", dir_));
  }
}

PrivatePostgres::~PrivatePostgres() {
  if (started_) run(fmt::format("{}{}/pg_ctl -D {}/data -m immediate stop", as_, bin_, dir_));
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

Result<std::unique_ptr<PrivatePostgres>> PrivatePostgres::start() {
  const std::string bin = find_programs();
  if (bin.empty()) return fault("there is no /usr/lib/postgresql/*/bin/initdb");
  std::unique_ptr<PrivatePostgres> made(new PrivatePostgres(bin));
  const std::string& dir = made->dir_;
  made->started_ =
      run(fmt::format(
          "{}{}/initdb -D {}/data -A trust -U postgres --encoding=UTF8 --locale=C.UTF-8 --no-sync", made->as_,
          bin, dir)) &&
      run(fmt::format(
          "{}{}/pg_ctl -D {}/data -w -l {}/log -o \"-c listen_addresses='' -c unix_socket_directories={} "
          "-c max_wal_size=8GB -c shared_buffers=1GB\" start",
          made->as_, bin, dir, dir, dir));
  if (!made->started_) return fault("the server of {} does not start", bin);
  return made;
}

bool PrivatePostgres::sql(const std::string& text) {
  std::ofstream(dir_ + "/script.sql") << text;
  return run(
      fmt::format("{}/psql -q -v ON_ERROR_STOP=1 -h {} -U postgres -f {}/script.sql", bin_, dir_, dir_));
}

}  // namespace provodka::tools
