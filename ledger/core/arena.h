#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace provodka {

// Bump allocator for the text of one command, batch or line. Views into it live as long as the arena,
// also when the arena is moved. Not for several threads at once.
class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept
      : chunks_(std::move(other.chunks_)),
        next_(std::exchange(other.next_, nullptr)),
        left_(std::exchange(other.left_, 0)) {}
  Arena& operator=(Arena&& other) noexcept {
    chunks_ = std::move(other.chunks_);
    next_ = std::exchange(other.next_, nullptr);
    left_ = std::exchange(other.left_, 0);
    return *this;
  }

  char* allocate(size_t bytes) {
    if (bytes > left_) grow(bytes);
    char* result = next_;
    next_ += bytes;
    left_ -= bytes;
    return result;
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = allocate(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  // Forgets everything but keeps the first chunk, so that a loop over lines allocates once.
  void clear() {
    if (chunks_.empty()) return;
    chunks_.resize(1);
    next_ = chunks_.front().get();
    left_ = kChunk;
  }

 private:
  static constexpr size_t kChunk = 4096;

  void grow(size_t bytes) {
    const size_t size = chunks_.empty() || bytes <= kChunk ? std::max(bytes, kChunk) : bytes;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    next_ = chunks_.back().get();
    left_ = size;
    if (chunks_.size() == 1 && size != kChunk) {
      // clear() relies on the first chunk having the common size.
      chunks_.insert(chunks_.begin(), std::make_unique_for_overwrite<char[]>(kChunk));
    }
  }

  std::vector<std::unique_ptr<char[]>> chunks_;
  char* next_ = nullptr;
  size_t left_ = 0;
};

}  // namespace provodka
