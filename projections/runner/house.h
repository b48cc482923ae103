#pragma once

#include "projections/runner/projection.h"

#include <optional>
#include <string>

#include <pqxx/connection>
#include <pqxx/dbtransaction>
#include <pqxx/transaction_base>

// What there is in Postgres beside the rows: schemas, tables, views and the account of how far each
// projection is. All functions throw what pqxx throws.
namespace provodka::projections {

enum class Slot { live, new_ };
std::string_view name_of(Slot);

// The schema that holds a projection's tables.
std::string schema_of(const ProjectionKind&, Slot);

// What a projection's tables follow from: another one means other tables.
std::string fingerprint_of(const ProjectionKind&);

// How far a projection is.
struct Progress {
  Position position;
  std::string line_hash;
  int64_t generation = 0;
  std::string fingerprint;
  bool indexed = true;
  bool failed = false;
};

// Makes what is missing: what all share, the tables of each projection that has none, and the views where
// they are other ones by now. Those on tables of another version are made when a rebuild swaps these in.
void install(pqxx::connection&, const std::vector<ProjectionKind>&);

// Makes empty tables in the slot `new`, or leaves those that an interrupted rebuild has filled so far.
void prepare_rebuild(pqxx::connection&, const ProjectionKind&, bool continues);

// Nullopt where the projection is not installed. `lock` keeps others from moving it until the end of the
// transaction.
std::optional<Progress> progress_of(pqxx::transaction_base&, const ProjectionKind&, Slot, bool lock);

// Makes the indexes that come once the tables have caught up with the log.
void make_indexes(pqxx::transaction_base&, const ProjectionKind&, Slot);

// Until the end of the transaction nobody else installs or swaps anything in this database: views and rights
// are of all, and two who change them at once refuse each other.
void lock_house(pqxx::transaction_base&);

// Puts the new tables in the place of the live ones. The caller holds the house's lock, and that of the live
// progress.
void swap(pqxx::dbtransaction&, const ProjectionKind&, const std::vector<ProjectionKind>& all);

// Drops what a swap left. False where somebody still reads it.
bool drop_old(pqxx::connection&, const ProjectionKind&);

// Where and why a projection stopped; shown in projection_status until it goes on.
void note_failure(pqxx::connection&, const ProjectionKind&, const std::string& what);
void note_success(pqxx::connection&, const ProjectionKind&);

}  // namespace provodka::projections
