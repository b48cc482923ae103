#include "projections/runner/tables.h"

#include "ledger/core/invariant.h"
#include "projections/runner/copy.h"

#include <algorithm>

#include <pqxx/result>

namespace provodka::projections {
namespace {

std::string joined(const std::vector<std::string>& names, std::string_view prefix = "") {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += prefix;
    text += name;
  }
  return text;
}

// As print_minor writes it; fmt knows the numbers that are too long for that.
void append_sum(std::string& out, __int128 minor, int exponent) {
  if (minor >= INT64_MIN && minor <= INT64_MAX) {
    char text[print_minor_bytes_max];
    out.append(text, print_minor(text, static_cast<int64_t>(minor), exponent));
    return;
  }
  std::string digits = fmt::format("{}", minor);
  if (exponent > 0) digits.insert(digits.size() - static_cast<size_t>(exponent), ".");
  out += digits;
}

}  // namespace

Appends::Appends(std::string name, std::vector<std::string> columns, Partitions partitions)
    : Table(std::move(name)), columns_(std::move(columns)), partitions_(partitions) {
  INVARIANT(partitions_ == Partitions::none || columns_.front() == "time", "partitioned by time",
            Table::name());
}

void Appends::note_month(Instant time) {
  if (partitions_ == Partitions::none) return;
  const Month month = Month::of(utc_date(time));
  if (month == newest_month_ && !months_.empty()) return;
  newest_month_ = month;
  months_.insert(month);
}

void Appends::prepare(pqxx::transaction_base& transaction, const std::string& schema) {
  made_.clear();
  if (partitions_ == Partitions::none) return;
  const auto found = transaction.exec(
      fmt::format("SELECT right(c.relname, 7) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
                  "WHERE i.inhparent = '{}.{}'::regclass",
                  schema, name()));
  for (const auto& row : found) {
    std::string month = row[0].c_str();
    month[4] = '-';
    if (const auto parsed = Month::parse(month)) made_.insert(*parsed);
  }
}

// Attached, not made as a partition at once: that would wait for everybody who reads the table.
void Appends::make_partitions(pqxx::transaction_base& transaction, const std::string& schema) {
  for (const Month month : months_) {
    if (made_.contains(month)) continue;
    const Date past = add_months_clamped(month.first, 1);
    std::string suffix = month.to_string();
    suffix[4] = '_';
    transaction.exec(
        fmt::format("CREATE TABLE {0}.{1}_{2} (LIKE {0}.{1} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);"
                    "ALTER TABLE {0}.{1} ATTACH PARTITION {0}.{1}_{2} FOR VALUES FROM ('{3} 00:00:00+00') TO "
                    "('{4} 00:00:00+00')",
                    schema, name(), suffix, month.first, past));
  }
}

void Appends::write(pqxx::transaction_base& transaction, const std::string& schema) {
  if (ends_.empty()) return;
  make_partitions(transaction, schema);
  Copy copy(transaction, schema + "." + name(), columns_);
  size_t from = 0;
  for (const size_t end : ends_) {
    copy.add(std::string_view(text_).substr(from, end - from));
    from = end;
  }
  copy.finish();
}

void Appends::clear() {
  made_.insert(months_.begin(), months_.end());
  months_.clear();
  text_.clear();
  ends_.clear();
}

Upserts::Upserts(std::string name, std::vector<std::string> keys)
    : Table(std::move(name)), keys_(std::move(keys)) {}

Upserts::Column Upserts::set(std::string name) {
  INVARIANT(columns_.size() < 63, "columns of a table");
  columns_.push_back({std::move(name), false});
  return {static_cast<uint32_t>(columns_.size() - 1)};
}

Upserts::Column Upserts::add(std::string name) {
  INVARIANT(columns_.size() < 63, "columns of a table");
  columns_.push_back({std::move(name), true});
  return {static_cast<uint32_t>(columns_.size() - 1)};
}

Upserts::Row Upserts::row_of_key() {
  const auto [found, is_new] = rows_.try_emplace(key_, static_cast<uint32_t>(set_.size()));
  if (is_new) {
    cells_.resize(cells_.size() + columns_.size());
    sums_.resize(sums_.size() + columns_.size());
    set_.push_back(0);
  }
  const size_t at = size_t{found->second} * columns_.size();
  return Row(cells_.data() + at, sums_.data() + at, set_[found->second]);
}

Upserts::Row& Upserts::Row::add_minor(Column column, int64_t minor, int exponent) {
  Sum& sum = sums_[column.place];
  const __int128 before = sum.minor();
  INVARIANT(before == 0 || sum.exponent == exponent, "a sum is of one currency", minor);
  const __int128 after = before + minor;
  sum.low = static_cast<uint64_t>(after);
  sum.high = static_cast<int32_t>(after >> 64);
  sum.exponent = exponent;
  set_ |= uint64_t{1} << column.place;
  return *this;
}

std::vector<std::string> Upserts::all_columns() const {
  std::vector<std::string> names = keys_;
  for (const Place& column : columns_) names.push_back(column.name);
  return names;
}

std::string Upserts::stage(const std::string& schema) const { return "stage_" + schema + "_" + name(); }

void Upserts::prepare(pqxx::transaction_base& transaction, const std::string& schema) {
  transaction.exec(fmt::format(
      "DROP TABLE IF EXISTS pg_temp.{0};"
      "CREATE TEMP TABLE {0} ON COMMIT DELETE ROWS AS SELECT {1}, 0::bigint AS set_ FROM {2}.{3} LIMIT 0",
      stage(schema), joined(all_columns()), schema, name()));
}

// Rows that change the same columns are written by one statement: what is not set stays as it is, and where
// the row is new it is null. The conflict names the key, so there is no plan to go wrong while a table grows.
std::string Upserts::upsert_sql(const std::string& schema, uint64_t changed) const {
  std::string changes;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!(changed >> i & 1)) continue;
    if (!changes.empty()) changes += ", ";
    changes += columns_[i].adds ? fmt::format("{0} = t.{0} + excluded.{0}", columns_[i].name)
                                : fmt::format("{0} = excluded.{0}", columns_[i].name);
  }
  const auto names = joined(all_columns());
  return fmt::format(
      "INSERT INTO {}.{} AS t ({}) SELECT {} FROM pg_temp.{} WHERE set_ = {} ON CONFLICT ({}) DO {}", schema,
      name(), names, names, stage(schema), changed, joined(keys_),
      changes.empty() ? "NOTHING" : "UPDATE SET " + changes);
}

void Upserts::write(pqxx::transaction_base& transaction, const std::string& schema) {
  if (rows_.empty()) return;
  auto names = all_columns();
  names.push_back("set_");
  Copy copy(transaction, stage(schema), names);
  std::string line;
  for (const auto& [key, index] : rows_) {
    line = key;
    const size_t at = size_t{index} * columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      line += '\t';
      if (columns_[i].adds) {
        const auto& sum = sums_[at + i];
        append_sum(line, sum.minor(), sum.exponent);
      } else if (set_[index] >> i & 1) {
        line += cells_[at + i];
      } else {
        line += "\\N";
      }
    }
    line += '\t';
    append_cell(line, set_[index]);
    copy.add(line);
  }
  copy.finish();
  for (const uint64_t changed : std::set<uint64_t>(set_.begin(), set_.end()))
    transaction.exec(upsert_sql(schema, changed));
}

void Upserts::clear() {
  rows_.clear();
  cells_.clear();
  sums_.clear();
  set_.clear();
}

void Calls::write(pqxx::transaction_base& transaction, const std::string& schema) {
  for (const auto& arguments : calls_) {
    std::string list;
    for (const std::string& argument : arguments) {
      if (!list.empty()) list += ", ";
      list += transaction.quote(argument);
    }
    transaction.exec(fmt::format("CALL {}.{}({})", schema, name(), list));
  }
}

}  // namespace provodka::projections
