#pragma once

#include "ledger/codec/event_codec.h"
#include "projections/runner/tables.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::log {
class EventSource;
}

namespace provodka::projections {

// An event in its place.
struct Happened {
  Position position;
  const codec::EventHeader& header;
  const Event& event;
};

// What personal data says, for whom may read it.
class PersonalData {
 public:
  virtual ~PersonalData() = default;
  // The JSON that an event of this subscriber's sealed; nullopt where it was erased since.
  virtual Result<std::optional<std::string>> open(std::string_view tenant, std::string_view subscriber,
                                                  std::string_view sealed) = 0;
};

// What a projection is given beside the events.
struct Surroundings {
  log::EventSource& source;
  PersonalData& personal;
};

// One question that people ask of the ledger, answered by tables of its own in Postgres and by views on them.
// The fold turns events into rows of the tables; what is in the tables follows from the log alone, so that
// they can be thrown away and made again. One thread at a time.
class Projection {
 public:
  virtual ~Projection() = default;

  // Reads back what the fold keeps in memory, as of the stored position. `schema` has the tables.
  virtual Result<void> recall(pqxx::transaction_base&, const std::string& schema, Position) {
    static_cast<void>(schema);
    return {};
  }

  // Takes an event in; each is given once, in order. A fault stops this projection at the event.
  virtual Result<void> fold(const Happened&) = 0;

  const std::vector<Table*>& tables() const { return tables_; }
  size_t pending() const;

 protected:
  // For the constructors of projections.
  void owns(Table& table) { tables_.push_back(&table); }

 private:
  std::vector<Table*> tables_;
};

// How the runner knows a projection. A change of any of it fills new tables by itself.
struct ProjectionKind {
  std::string_view name;       // of the folder, and of the schema `provodka_<name>`
  int version;                 // of what the fold does
  std::string_view table_sql;  // makes the tables
  std::string_view view_sql;   // makes the views that are the public interface, and comments on them
  std::unique_ptr<Projection> (*make)(const Surroundings&);
  // Makes indexes that only readers need and that cost a lot with each row: run once, when new tables have
  // caught up with the log. Until then queries are right and slow.
  std::string_view index_sql = {};
};

// What a folder defines by its last line: PROVODKA_PROJECTION(balances, 1, Balances). Its SQL comes from the
// folder's table.sql and view.sql at build time; one that has an indexes.sql names it as the fourth:
// PROVODKA_PROJECTION(crm, 1, Crm, crm_indexes).
#define PROVODKA_PROJECTION(folder, version, Type, ...)                           \
  namespace provodka::projections {                                               \
  namespace sql {                                                                 \
  extern const char folder##_table[];                                             \
  extern const char folder##_view[];                                              \
  __VA_OPT__(extern const char __VA_ARGS__[];)                                    \
  }                                                                               \
  ProjectionKind folder##_kind() {                                                \
    return {#folder,                                                              \
            version,                                                              \
            sql::folder##_table,                                                  \
            sql::folder##_view,                                                   \
            [](const Surroundings& s) -> std::unique_ptr<Projection> {            \
              if constexpr (std::is_constructible_v<Type, const Surroundings&>) { \
                return std::make_unique<Type>(s);                                 \
              } else {                                                            \
                return std::make_unique<Type>();                                  \
              }                                                                   \
            },                                                                    \
            __VA_OPT__(sql::__VA_ARGS__)};                                        \
  }                                                                               \
  }

// All there are; one whose views read another's views comes behind that.
const std::vector<ProjectionKind>& all_projections();
// The one of this name, or null.
const ProjectionKind* find_projection(std::string_view name);

}  // namespace provodka::projections
