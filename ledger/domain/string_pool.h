#pragma once

#include "ledger/domain/table.h"

#include <string_view>

namespace provodka {

// A text in a StringPool: offset and length. Zero is the empty text.
struct StringRef {
  uint64_t packed = 0;
  uint64_t offset() const { return packed >> 16; }
  size_t size() const { return packed & 0xffff; }
  friend bool operator==(StringRef, StringRef) = default;
};

// The texts of the state (names, labels, reasons), in the order in which the log brought them. Bytes never
// move and never change once written, so a view may be handed to another thread.
class StringPool final : public AnyTable {
 public:
  StringRef add(std::string_view text) {
    if (text.empty()) return {};
    INVARIANT(text.size() <= 0xffff, "a text of the state is short", text.size());
    if (bytes_ % kPage + text.size() > kPage) bytes_ += kPage - bytes_ % kPage;  // a text stays in one page
    while (pages_.size() * kPage < bytes_ + text.size())
      pages_.push_back(std::make_unique<std::byte[]>(kPage));
    std::memcpy(pages_[bytes_ / kPage].get() + bytes_ % kPage, text.data(), text.size());
    const StringRef ref{bytes_ << 16 | text.size()};
    bytes_ += text.size();
    return ref;
  }

  std::string_view operator[](StringRef ref) const {
    if (ref.size() == 0) return {};
    return {reinterpret_cast<const char*>(pages_[ref.offset() / kPage].get()) + ref.offset() % kPage,
            ref.size()};
  }

  void prefetch(StringRef ref) const {
    if (ref.size() != 0) __builtin_prefetch(pages_[ref.offset() / kPage].get() + ref.offset() % kPage);
  }

  uint32_t row_bytes() const override { return 1; }
  uint64_t rows() const override { return bytes_; }
  uint32_t rows_per_page() const override { return kPage; }
  std::span<const std::byte> page(uint32_t page) const override {
    return {pages_[page].get(), std::min<uint64_t>(kPage, bytes_ - uint64_t{page} * kPage)};
  }
  std::span<std::byte> page_for_loading(uint32_t page) override {
    return {pages_[page].get(), std::min<uint64_t>(kPage, bytes_ - uint64_t{page} * kPage)};
  }
  void resize(uint64_t bytes) override {
    INVARIANT(bytes_ == 0, "only an empty pool is loaded", bytes_);
    bytes_ = bytes;
    while (pages_.size() * kPage < bytes) pages_.push_back(std::make_unique<std::byte[]>(kPage));
  }
  void shrink(uint64_t bytes) override {
    // What is skipped at the end of a page counts as state, so what was there must not show.
    for (uint64_t at = bytes; at < bytes_; at += kPage - at % kPage) {
      std::memset(pages_[at / kPage].get() + at % kPage, 0, kPage - at % kPage);
    }
    bytes_ = bytes;
  }

 private:
  static constexpr uint32_t kPage = 65536;
  std::vector<std::unique_ptr<std::byte[]>> pages_;
  uint64_t bytes_ = 0;
};

}  // namespace provodka
