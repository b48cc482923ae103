#pragma once

#include "ledger/core/invariant.h"

#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

namespace provodka {

// What a snapshot needs of a table: its pages as canonical bytes. A row has no padding and no pointers,
// so its bytes are its canonical form, and rows stand in the order of their dense ids, which is the order
// of the log: the same log gives the same bytes.
class AnyTable {
 public:
  virtual ~AnyTable() = default;
  virtual uint32_t row_bytes() const = 0;
  virtual uint64_t rows() const = 0;
  virtual uint32_t rows_per_page() const = 0;
  // The bytes of a page's rows. REQUIRES: page < pages().
  virtual std::span<const std::byte> page(uint32_t page) const = 0;
  // Fills a page when a snapshot is loaded; pages may come in any order once resize() has been called.
  virtual std::span<std::byte> page_for_loading(uint32_t page) = 0;
  virtual void resize(uint64_t rows) = 0;

  uint32_t pages() const { return static_cast<uint32_t>((rows() + rows_per_page() - 1) / rows_per_page()); }

  // Whoever needs a page as it was (a snapshot being taken, a group that may be undone) is told of each page
  // before its rows change. Appending changes no row that was there.
  using BeforeChange = std::function<void(uint32_t page)>;
  void watch(const BeforeChange* watcher) { watchers_.push_back(watcher); }
  void unwatch(const BeforeChange* watcher) { std::erase(watchers_, watcher); }

  // Puts the first bytes of a page back to what they were.
  void restore(uint32_t page, std::span<const std::byte> bytes) {
    about_to_change(page);
    std::memcpy(page_for_loading(page).data(), bytes.data(), bytes.size());
  }

  // Takes back appended rows. REQUIRES: rows <= rows().
  virtual void shrink(uint64_t rows) = 0;

 protected:
  void about_to_change(uint32_t page) {
    if (!watchers_.empty()) [[unlikely]] {
      for (const BeforeChange* watcher : watchers_) (*watcher)(page);
    }
  }

 private:
  std::vector<const BeforeChange*> watchers_;
};

// Rows by dense id in pages whose address never changes: growing moves nothing, so no command ever waits
// for a million rows to be copied. Only the writer thread touches a table.
template <class Row>
class Table final : public AnyTable {
  static_assert(std::is_trivially_copyable_v<Row> && std::has_unique_object_representations_v<Row>,
                "a row's bytes are its canonical form: no padding, no pointers, no floating point");

 public:
  // About 16 KiB a page: small enough to copy in a few microseconds when a snapshot asks for it.
  static constexpr uint32_t kRowsPerPage = sizeof(Row) >= 64 ? 256 : sizeof(Row) >= 16 ? 512 : 2048;

  const Row& operator[](uint32_t id) const { return pages_[id / kRowsPerPage][id % kRowsPerPage]; }

  // The row for changing it. Take a new reference for each change of state; do not keep it.
  Row& change(uint32_t id) {
    about_to_change(id / kRowsPerPage);
    return pages_[id / kRowsPerPage][id % kRowsPerPage];
  }

  uint32_t append(const Row& row) {
    INVARIANT(rows_ < 0xffffffffu, "a table holds less than 2^32 rows");
    const auto id = static_cast<uint32_t>(rows_);
    if (id % kRowsPerPage == 0) {
      if (id / kRowsPerPage == pages_.size()) pages_.push_back(std::make_unique<Row[]>(kRowsPerPage));
    }
    pages_[id / kRowsPerPage][id % kRowsPerPage] = row;
    ++rows_;
    return id;
  }

  uint32_t size() const { return static_cast<uint32_t>(rows_); }
  void prefetch(uint32_t id) const { __builtin_prefetch(&pages_[id / kRowsPerPage][id % kRowsPerPage], 1); }

  uint32_t row_bytes() const override { return sizeof(Row); }
  uint64_t rows() const override { return rows_; }
  uint32_t rows_per_page() const override { return kRowsPerPage; }
  std::span<const std::byte> page(uint32_t page) const override {
    return std::as_bytes(std::span<const Row>(pages_[page].get(), rows_of(page)));
  }
  std::span<std::byte> page_for_loading(uint32_t page) override {
    return std::as_writable_bytes(std::span<Row>(pages_[page].get(), rows_of(page)));
  }
  void resize(uint64_t rows) override {
    INVARIANT(rows_ == 0 && rows < 0xffffffffu, "only an empty table is loaded", rows_, rows);
    rows_ = rows;
    while (pages_.size() < pages()) pages_.push_back(std::make_unique<Row[]>(kRowsPerPage));
  }
  void shrink(uint64_t rows) override { rows_ = rows; }

 private:
  size_t rows_of(uint32_t page) const {
    return std::min<uint64_t>(kRowsPerPage, rows_ - uint64_t{page} * kRowsPerPage);
  }

  std::vector<std::unique_ptr<Row[]>> pages_;
  uint64_t rows_ = 0;
};

}  // namespace provodka
