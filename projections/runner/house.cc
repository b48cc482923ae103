#include "projections/runner/house.h"

#include "ledger/core/hex.h"
#include "projections/runner/postgres.h"

#include <algorithm>

#include <openssl/sha.h>
#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/subtransaction>
#include <pqxx/transaction>

namespace provodka::projections {

namespace sql {
extern const char house[];
}

namespace {

// One at a time installs or swaps, of all programs on this database.
constexpr std::string_view kLock = "SELECT pg_advisory_xact_lock(7380061123)";

std::string sha256(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += part;
    text += '\0';
  }
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
  return hex_of(hash);
}

// The operators of the extension are where somebody installed it.
void search_in(pqxx::transaction_base& transaction, const std::string& schema) {
  const auto found = transaction.exec(
      "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE "
      "extname = "
      "'pg_trgm'");
  transaction.exec(
      fmt::format("SET LOCAL search_path = {}, {}", schema, found.empty() ? "public" : found[0][0].c_str()));
}

void make_tables(pqxx::transaction_base& transaction, const ProjectionKind& kind, Slot slot) {
  const std::string schema = schema_of(kind, slot);
  transaction.exec(fmt::format("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema));
  search_in(transaction, schema);
  transaction.exec(std::string(kind.table_sql));
  transaction.exec(
      fmt::format("INSERT INTO provodka_runner.projection (name, slot, fingerprint, indexed, generation) "
                  "VALUES ('{0}', '{1}', '{2}', {3}, "
                  "coalesce((SELECT generation FROM provodka_runner.projection WHERE name = '{0}' AND slot = "
                  "'live'), 0)) "
                  "ON CONFLICT (name, slot) DO UPDATE SET fingerprint = excluded.fingerprint, indexed = "
                  "excluded.indexed, position = 0, line_hash = '', "
                  "event_time = NULL, events = 0, rows = 0, state = 'running', error = NULL, updated = now()",
                  kind.name, name_of(slot), fingerprint_of(kind), kind.index_sql.empty()));
}

void grant(pqxx::transaction_base& transaction) {
  transaction.exec(
      "GRANT SELECT ON ALL TABLES IN SCHEMA provodka TO provodka_reader;"
      "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA provodka FROM PUBLIC;"
      "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA provodka TO provodka_reader");
}

// Whether a kind's views are those that its SQL says, on the tables that are live.
bool has_views(pqxx::transaction_base& transaction, const ProjectionKind& kind) {
  return !transaction
              .exec_params("SELECT FROM provodka_runner.views WHERE projection = $1 AND fingerprint = $2",
                           std::string(kind.name), sha256({kind.view_sql}))
              .empty();
}

void forget_views(pqxx::transaction_base& transaction, const ProjectionKind& kind) {
  transaction.exec_params("DELETE FROM provodka_runner.views WHERE projection = $1", std::string(kind.name));
}

bool fits(pqxx::transaction_base& transaction, const ProjectionKind& kind) {
  const auto progress = progress_of(transaction, kind, Slot::live, false);
  return progress && progress->fingerprint == fingerprint_of(kind);
}

enum class Views { made, of_other_shape, want_others };

Views try_views(pqxx::dbtransaction& transaction, const ProjectionKind& kind) {
  try {
    pqxx::subtransaction attempt(transaction, "views");
    search_in(attempt, schema_of(kind, Slot::live));
    attempt.exec(std::string(kind.view_sql));
    attempt.exec_params(
        "INSERT INTO provodka_runner.views VALUES ($1, $2) ON CONFLICT (projection) DO UPDATE SET "
        "fingerprint = excluded.fingerprint",
        std::string(kind.name), sha256({kind.view_sql}));
    attempt.commit();
    return Views::made;
  } catch (const pqxx::sql_error& error) {
    const std::string& state = error.sqlstate();
    if (state == "42P16" || state == "42P13") return Views::of_other_shape;
    // A table, a column, a function or an object that is not there.
    if (state == "42P01" || state == "42703" || state == "42883" || state == "42704")
      return Views::want_others;
    throw;
  }
}

void drop_views(pqxx::transaction_base& transaction) {
  const auto views = transaction.exec(
      "SELECT format('DROP VIEW IF EXISTS provodka.%I CASCADE', viewname) FROM pg_views WHERE schemaname = "
      "'provodka' "
      "AND viewname <> 'projection_status' UNION ALL SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', "
      "p.oid::regprocedure) FROM pg_proc p WHERE p.pronamespace = 'provodka'::regnamespace "
      "AND p.proname NOT IN ('wait_for', 'today')");
  for (const auto& view : views) transaction.exec(view[0].c_str());
  transaction.exec("DELETE FROM provodka_runner.views; DELETE FROM provodka_runner.view");
}

constexpr std::string_view kGoneViews =
    "SELECT name FROM provodka_runner.view WHERE to_regclass('provodka.' || quote_ident(name)) IS NULL";

// Makes the views that are missing or other ones by now. They keep their identity where their columns allow
// it, so that what others built on them stays; where they do not, all are made anew. Views on tables that
// have to be filled anew come with those: until then the old ones stay, and what reads them may have to wait.
void make_views(pqxx::dbtransaction& transaction, const std::vector<ProjectionKind>& kinds) {
  // Somebody dropped one, perhaps with a column that it read: all are looked at.
  transaction.exec(fmt::format("DELETE FROM provodka_runner.views WHERE EXISTS ({})", kGoneViews));
  std::vector<const ProjectionKind*> waiting;
  bool others_come = false, dropped = false;
  const auto make = [&](const ProjectionKind& kind) {
    const bool fit = fits(transaction, kind);
    others_come |= !fit;
    // Once all are gone, new ones on old tables are better than none.
    if (has_views(transaction, kind) || (!fit && !dropped)) return true;
    switch (try_views(transaction, kind)) {
      case Views::made:
        return true;
      case Views::of_other_shape:
        return false;
      case Views::want_others:
        waiting.push_back(&kind);
        return true;
    }
    return true;
  };
  if (!std::ranges::all_of(kinds, make)) {
    drop_views(transaction);
    dropped = true;
    waiting.clear();
    if (!std::ranges::all_of(kinds, make)) throw Unfit("two views have one name");
  }
  if (others_come) return;
  transaction.exec(fmt::format("DELETE FROM provodka_runner.view WHERE name IN ({})", kGoneViews));
  if (waiting.empty()) return;
  // There is nothing to wait for: this says what is wrong.
  search_in(transaction, schema_of(*waiting.front(), Slot::live));
  transaction.exec(std::string(waiting.front()->view_sql));
}

bool is_installed(pqxx::connection& connection, const std::string& fingerprint) {
  pqxx::work transaction(connection);
  const auto found = transaction.exec(
      "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'provodka_runner'");
  return !found.empty() && fingerprint == found[0][0].c_str();
}

}  // namespace

void lock_house(pqxx::transaction_base& transaction) { transaction.exec(std::string(kLock)); }

std::string_view name_of(Slot slot) { return slot == Slot::live ? "live" : "new"; }

std::string schema_of(const ProjectionKind& kind, Slot slot) {
  return fmt::format("provodka_{}{}", kind.name, slot == Slot::live ? "" : "_new");
}

std::string fingerprint_of(const ProjectionKind& kind) {
  return sha256(
      {kind.name, std::to_string(kind.version), fmt::format("{}{}", kind.table_sql, kind.index_sql)});
}

void install(pqxx::connection& connection, const std::vector<ProjectionKind>& kinds) {
  std::string all = sha256({sql::house});
  for (const ProjectionKind& kind : kinds) all = sha256({all, fingerprint_of(kind), kind.view_sql});
  if (is_installed(connection, all)) return;
  pqxx::work transaction(connection);
  lock_house(transaction);
  transaction.exec(std::string(sql::house));
  for (const ProjectionKind& kind : kinds) {
    if (!progress_of(transaction, kind, Slot::live, false)) make_tables(transaction, kind, Slot::live);
  }
  make_views(transaction, kinds);
  // Nobody but the owner of a database may take this away; in a database that is shared it stays.
  transaction.exec(
      "DO $$ BEGIN IF pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = "
      "current_database()), "
      "'MEMBER') THEN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END "
      "IF; END $$");
  grant(transaction);
  transaction.exec(fmt::format("COMMENT ON SCHEMA provodka_runner IS '{}'", all));
  transaction.commit();
}

void prepare_rebuild(pqxx::connection& connection, const ProjectionKind& kind, bool continues) {
  pqxx::work transaction(connection);
  lock_house(transaction);
  const auto begun = progress_of(transaction, kind, Slot::new_, true);
  if (!begun || !continues || begun->fingerprint != fingerprint_of(kind)) {
    make_tables(transaction, kind, Slot::new_);
  }
  transaction.commit();
}

std::optional<Progress> progress_of(pqxx::transaction_base& transaction, const ProjectionKind& kind,
                                    Slot slot, bool lock) {
  const auto found = transaction.exec(
      fmt::format("SELECT position, line_hash, generation, fingerprint, indexed, state = 'failed' FROM "
                  "provodka_runner.projection WHERE name = '{}' AND "
                  "slot = '{}'{}",
                  kind.name, name_of(slot), lock ? " FOR UPDATE" : ""));
  if (found.empty()) return std::nullopt;
  return Progress{Position(found[0][0].as<uint64_t>()),
                  found[0][1].c_str(),
                  found[0][2].as<int64_t>(),
                  found[0][3].c_str(),
                  found[0][4].as<bool>(),
                  found[0][5].as<bool>()};
}

void make_indexes(pqxx::transaction_base& transaction, const ProjectionKind& kind, Slot slot) {
  search_in(transaction, schema_of(kind, slot));
  transaction.exec(std::string(kind.index_sql));
  transaction.exec(
      fmt::format("UPDATE provodka_runner.projection SET indexed = true WHERE name = '{}' AND slot = '{}'",
                  kind.name, name_of(slot)));
}

void swap(pqxx::dbtransaction& transaction, const ProjectionKind& kind,
          const std::vector<ProjectionKind>& all) {
  const std::string live = schema_of(kind, Slot::live);
  transaction.exec(
      fmt::format("DROP SCHEMA IF EXISTS {0}_old CASCADE; ALTER SCHEMA {0} RENAME TO {0}_old; ALTER SCHEMA "
                  "{1} RENAME TO {0}",
                  live, schema_of(kind, Slot::new_)));
  transaction.exec(
      fmt::format("DELETE FROM provodka_runner.projection WHERE name = '{0}' AND slot = 'live';"
                  "UPDATE provodka_runner.projection SET slot = 'live', generation = generation + 1, state = "
                  "'running', error = "
                  "NULL, updated = now() WHERE name = '{0}' AND slot = 'new'",
                  kind.name));
  forget_views(transaction, kind);
  make_views(transaction, all);
  grant(transaction);
}

bool drop_old(pqxx::connection& connection, const ProjectionKind& kind) {
  try {
    pqxx::work transaction(connection);
    transaction.exec("SET LOCAL lock_timeout = '300ms'");
    transaction.exec(fmt::format("DROP SCHEMA IF EXISTS {}_old CASCADE", schema_of(kind, Slot::live)));
    transaction.commit();
    return true;
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() == "55P03") return false;
    throw;
  }
}

void note_failure(pqxx::connection& connection, const ProjectionKind& kind, const std::string& what) {
  pqxx::work transaction(connection);
  transaction.exec_params(
      "UPDATE provodka_runner.projection SET state = 'failed', error = $2, updated = now() WHERE name = $1 "
      "AND slot = "
      "'live'",
      std::string(kind.name), what);
  transaction.commit();
}

void note_success(pqxx::connection& connection, const ProjectionKind& kind) {
  pqxx::work transaction(connection);
  transaction.exec_params(
      "UPDATE provodka_runner.projection SET state = 'running', error = NULL, updated = now() WHERE name = "
      "$1 "
      "AND slot = 'live'",
      std::string(kind.name));
  transaction.commit();
}

}  // namespace provodka::projections
