#pragma once

#include "projections/runner/cells.h"

#include <array>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <pqxx/transaction_base>

namespace provodka::projections {

// What a projection has to write into one of its tables. Rows are gathered in memory while a batch is folded
// and written in one transaction; they are kept until that is known to have committed. For one thread.
class Table {
 public:
  explicit Table(std::string name) : name_(std::move(name)) {}
  virtual ~Table() = default;
  Table(const Table&) = delete;

  const std::string& name() const { return name_; }
  // Makes what this connection needs before the first write.
  virtual void prepare(pqxx::transaction_base&, const std::string& schema) = 0;
  virtual void write(pqxx::transaction_base&, const std::string& schema) = 0;
  virtual void clear() = 0;
  // Rows that wait to be written.
  virtual size_t pending() const = 0;

 private:
  const std::string name_;
};

// Rows that are only ever added, written by COPY. A table that is partitioned by month has the column `time`
// first, by which it is.
class Appends : public Table {
 public:
  enum class Partitions { none, monthly };
  Appends(std::string name, std::vector<std::string> columns, Partitions = Partitions::none);

  // Adds a row, in the order of the columns.
  template <class First, class... Rest>
  void add(const First& first, const Rest&... rest) {
    if constexpr (std::is_same_v<First, Instant>) note_month(first);
    append_cell(text_, first);
    ((text_ += '\t', append_cell(text_, rest)), ...);
    ends_.push_back(text_.size());
  }

  void prepare(pqxx::transaction_base&, const std::string& schema) override;
  void write(pqxx::transaction_base&, const std::string& schema) override;
  void clear() override;
  size_t pending() const override { return ends_.size(); }

 private:
  void note_month(Instant);
  void make_partitions(pqxx::transaction_base&, const std::string& schema);

  const std::vector<std::string> columns_;
  const Partitions partitions_;
  std::string text_;
  std::vector<size_t> ends_;
  Month newest_month_{};
  std::set<Month> months_;  // of the rows that wait
  std::set<Month> made_;    // that have a partition
};

// Rows that are found by a key: columns that are set keep what they were set to last, columns that are added
// to sum up. A batch touches each row once: it is copied beside the table and upserted from there.
class Upserts : public Table {
 public:
  struct Column {
    uint32_t place;
  };

  Upserts(std::string name, std::vector<std::string> keys);

  class Row {
   public:
    template <class T>
    Row& set(Column column, const T& value) {
      std::string& text = cells_[column.place];
      text.clear();
      append_cell(text, value);
      set_ |= uint64_t{1} << column.place;
      return *this;
    }
    Row& add(Column column, Money amount) {
      return add_minor(column, amount.minor, amount.currency.exponent());
    }
    Row& subtract(Column column, Money amount) {
      return add_minor(column, -amount.minor, amount.currency.exponent());
    }
    Row& count(Column column, int64_t number = 1) { return add_minor(column, number, 0); }

   private:
    friend class Upserts;
    Row& add_minor(Column, int64_t minor, int exponent);
    std::string* cells_;
    // Of 96 bits: whatever amounts a batch has, their sum fits.
    struct Sum {
      uint64_t low = 0;
      int32_t high = 0;
      int32_t exponent = 0;
      __int128 minor() const { return static_cast<__int128>(high) * (__int128{1} << 64) + low; }
    };
    Sum* sums_;
    uint64_t& set_;
    Row(std::string* cells, Sum* sums, uint64_t& set) : cells_(cells), sums_(sums), set_(set) {}
  };

  // The row of a key, its parts in the order of the key's columns.
  template <class... Parts>
  Row at(const Parts&... parts) {
    key_.clear();
    ((append_cell(key_, parts), key_ += '\t'), ...);
    key_.pop_back();
    return row_of_key();
  }

  void prepare(pqxx::transaction_base&, const std::string& schema) override;
  void write(pqxx::transaction_base&, const std::string& schema) override;
  void clear() override;
  size_t pending() const override { return rows_.size(); }

 protected:
  // For the constructors of tables: what columns there are beside the key.
  Column set(std::string name);
  Column add(std::string name);

 private:
  Row row_of_key();
  std::string upsert_sql(const std::string& schema, uint64_t changed) const;
  std::string stage(const std::string& schema) const;
  std::vector<std::string> all_columns() const;

  struct Place {
    std::string name;
    bool adds;
  };
  const std::vector<std::string> keys_;
  std::vector<Place> columns_;
  std::string key_;
  boost::unordered_flat_map<std::string, uint32_t> rows_;
  // Side by side for all rows: columns_.size() of each a row.
  std::vector<std::string> cells_;
  std::vector<Row::Sum> sums_;
  std::vector<uint64_t> set_;
};

// Calls of a procedure of the projection's own schema, for what one event changes in many rows. They are made
// in the order of the events, behind all tables that the projection owns before this one, so each finds the
// rows of the whole batch. What a procedure leaves must therefore be the same wherever a batch ends.
class Calls : public Table {
 public:
  explicit Calls(std::string procedure) : Table(std::move(procedure)) {}

  void add(std::vector<std::string> arguments) { calls_.push_back(std::move(arguments)); }

  void prepare(pqxx::transaction_base&, const std::string&) override {}
  void write(pqxx::transaction_base&, const std::string& schema) override;
  void clear() override { calls_.clear(); }
  size_t pending() const override { return calls_.size(); }

 private:
  std::vector<std::vector<std::string>> calls_;
};

}  // namespace provodka::projections
