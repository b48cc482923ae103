#pragma once

#include "tools/provodka/import_map.h"

#include <string>

namespace provodka::tools {

// Makes commands of rows by a bound map, as lines of the wire contract. What is wrong with a row is a phrase
// that begins with the field: `amount "12,50": use "." …`.
class RowMapper {
 public:
  // The map must outlive the mapper and stay as it is.
  RowMapper(const ImportMap& map, std::string tenant, size_t columns)
      : map_(map), tenant_(std::move(tenant)), columns_(columns) {}

  struct Mapped {
    std::string command;
    std::string account,
        open;  // the account of the row and the command that opens it; empty without [account]
  };
  // Changes the fields of the row to UTF-8 on the way.
  Cell<Mapped> map(CsvRow& row) const;

  // The tenant.create command; REQUIRES: the map has a [tenant].
  std::string create_tenant() const;

 private:
  Cell<std::string> render(const Template& made, const CsvRow& row, FieldKind kind,
                           std::string_view name) const;
  Cell<const CommandSection*> section_of(const CsvRow& row) const;
  Cell<void> open_account(const CsvRow& row, Mapped& mapped) const;

  const ImportMap& map_;
  std::string tenant_;
  size_t columns_;
};

}  // namespace provodka::tools
