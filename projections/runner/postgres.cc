#include "projections/runner/postgres.h"

#include <pqxx/except>
#include <pqxx/nontransaction>

namespace provodka::projections {
namespace {

// The first line, without the severity: what follows are details of the statement.
std::string sentence_of(std::string_view what) {
  while (what.starts_with("ERROR: ") || what.starts_with("FATAL: ")) what.remove_prefix(7);
  while (what.starts_with(' ')) what.remove_prefix(1);
  if (const size_t end = what.find('\n'); end != what.npos) what = what.substr(0, end);
  return std::string(what);
}

}  // namespace

Trouble trouble_of(const std::exception& exception) {
  const std::string what = sentence_of(exception.what());
  if (dynamic_cast<const Unfit*>(&exception)) return {what, false};
  if (dynamic_cast<const pqxx::broken_connection*>(&exception))
    return {"Postgres cannot be reached: " + what, true};
  if (dynamic_cast<const pqxx::insufficient_privilege*>(&exception))
    return {"the user of Postgres may not do this: " + what, false};
  if (dynamic_cast<const pqxx::disk_full*>(&exception)) return {"Postgres has no room left: " + what, true};
  if (dynamic_cast<const pqxx::undefined_table*>(&exception) ||
      dynamic_cast<const pqxx::undefined_column*>(&exception)) {
    return {"the tables were changed by hand: " + what, false};
  }
  if (const auto* error = dynamic_cast<const pqxx::sql_error*>(&exception)) {
    const std::string& state = error->sqlstate();
    if (state == "25006") return {"Postgres is read-only: " + what, true};
    // Resources, an operator's intervention, a lock that was not to be had, a serialization that failed.
    const bool passes = state.empty() || state.starts_with("53") || state.starts_with("57") ||
                        state.starts_with("58") || state.starts_with("55") || state.starts_with("40");
    return {"Postgres refused: " + what, passes};
  }
  return {what, true};
}

std::unique_ptr<pqxx::connection> connect(const std::string& url, std::string_view application) {
  auto connection = std::make_unique<pqxx::connection>(url);
  if (const int version = connection->server_version(); version < kPostgresVersionMin) {
    throw Unfit(fmt::format("PostgreSQL {}.{} is too old: {} or newer is needed", version / 10000,
                            version % 10000, kPostgresVersionMin / 10000));
  }
  pqxx::nontransaction transaction(*connection);
  transaction.exec(
      fmt::format("SET client_min_messages = warning; SET timezone = 'UTC'; SET synchronous_commit = off;"
                  "SET application_name = {}; SET jit = off; SET idle_in_transaction_session_timeout = 0",
                  transaction.quote(std::string(application))));
  return connection;
}

Result<std::unique_ptr<pqxx::connection>> try_connect(const std::string& url, std::string_view application) {
  try {
    return connect(url, application);
  } catch (const std::exception& exception) {
    return std::unexpected(Fault{trouble_of(exception).what});
  }
}

}  // namespace provodka::projections
