#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// A number that this process gave to something it holds, counted from zero so that it indexes an array. It
// means nothing outside the process. Ids of different tags neither convert nor compare.
template <class Tag>
class DenseId {
 public:
  constexpr DenseId() = default;
  constexpr explicit DenseId(std::uint32_t value) : value_(value) {}

  static constexpr DenseId none() { return DenseId(); }

  constexpr std::uint32_t value() const { return value_; }
  constexpr explicit operator bool() const { return value_ != none_value; }

  friend constexpr bool operator==(DenseId, DenseId) = default;
  friend constexpr std::strong_ordering operator<=>(DenseId, DenseId) = default;

 private:
  static constexpr std::uint32_t none_value = 0xffffffff;
  std::uint32_t value_ = none_value;
};

using TenantId = DenseId<struct TenantTag>;
using AccountId = DenseId<struct AccountTag>;
using PointId = DenseId<struct PointTag>;
using LedgerAccountId = DenseId<struct LedgerAccountTag>;

// A place in an order, counted from one; the default, zero, is before the first.
template <class Tag>
class Ordinal {
 public:
  constexpr Ordinal() = default;
  constexpr explicit Ordinal(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }
  [[nodiscard]] constexpr Ordinal next() const { return Ordinal(value_ + 1); }

  friend constexpr bool operator==(Ordinal, Ordinal) = default;
  friend constexpr std::strong_ordering operator<=>(Ordinal, Ordinal) = default;

 private:
  std::uint64_t value_ = 0;
};

// The number of an event among its tenant's events.
using Sequence = Ordinal<struct SequenceTag>;
// The number of a record in a shard's log.
using Position = Ordinal<struct PositionTag>;

namespace detail {

inline constexpr std::array<bool, 256> operator_id_bytes = [] {
  std::array<bool, 256> table{};
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c : {'.', '_', ':', '-'}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

}  // namespace detail

inline constexpr std::size_t operator_id_bytes_max = 64;
inline constexpr std::size_t command_id_bytes_max = 128;

// An id that an operator chose for a thing of theirs: 1 to 64 of `A-Z a-z 0-9 . _ : -`.
constexpr bool is_operator_id(std::string_view text) {
  if (text.empty() || text.size() > operator_id_bytes_max) return false;
  bool valid = true;
  for (char c : text) valid &= detail::operator_id_bytes[static_cast<unsigned char>(c)];
  return valid;
}

// An id that a client chose for a command: 1 to 128 printable ASCII characters, with no space at either end.
constexpr bool is_command_id(std::string_view text) {
  if (text.empty() || text.size() > command_id_bytes_max) return false;
  bool valid = text.front() != ' ' && text.back() != ' ';
  for (char c : text) valid &= c >= 0x20 && c <= 0x7e;
  return valid;
}

}  // namespace provodka

template <class Tag>
struct std::hash<provodka::DenseId<Tag>> {
  std::size_t operator()(provodka::DenseId<Tag> id) const noexcept { return id.value(); }
};

template <class Tag>
struct std::hash<provodka::Ordinal<Tag>> {
  std::size_t operator()(provodka::Ordinal<Tag> ordinal) const noexcept { return ordinal.value(); }
};

template <class Tag>
struct fmt::formatter<provodka::DenseId<Tag>> : fmt::formatter<std::string_view> {
  auto format(provodka::DenseId<Tag> id, format_context& context) const {
    return fmt::formatter<std::string_view>::format(id ? std::to_string(id.value()) : "none", context);
  }
};

template <class Tag>
struct fmt::formatter<provodka::Ordinal<Tag>> : fmt::formatter<std::string_view> {
  auto format(provodka::Ordinal<Tag> ordinal, format_context& context) const {
    return fmt::formatter<std::string_view>::format(std::to_string(ordinal.value()), context);
  }
};
