#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace provodka {

// A growing run of bytes that is never zeroed, for encoders: room(n) makes sure of n bytes to write to, and
// wrote_to(p) says where writing ended.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t capacity) { room(capacity); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { std::free(data_); }

  char* room(size_t bytes) {
    if (bytes > capacity_ - size_) [[unlikely]]
      grow(bytes);
    return data_ + size_;
  }
  void wrote_to(const char* past) { size_ = static_cast<size_t>(past - data_); }

  void append(std::string_view text) {
    if (text.empty()) return;  // either side may be null then
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  void push_back(char c) {
    *room(1) = c;
    ++size_;
  }
  char& back() { return data_[size_ - 1]; }

  void clear() { size_ = 0; }
  void truncate(size_t size) { size_ = size; }
  size_t size() const { return size_; }
  const char* data() const { return data_; }
  std::string_view view() const { return {data_, size_}; }
  std::string_view view(size_t from) const { return {data_ + from, size_ - from}; }

 private:
  void swap(Buffer& other) {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }
  void grow(size_t bytes) {
    // The first room asked for is mostly all that is needed; from then on twice as much each time.
    size_t capacity = capacity_ == 0 ? std::max<size_t>(bytes, 256) : capacity_ * 2;
    while (capacity - size_ < bytes) capacity *= 2;
    auto* grown = static_cast<char*>(std::realloc(data_, capacity));
    if (!grown) throw std::bad_alloc();
    data_ = grown;
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace provodka
