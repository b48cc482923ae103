#pragma once

#include "ledger/codec/json_out.h"
#include "ledger/core/arena.h"

#include <charconv>

// The reader of stored lines. The log holds exactly what the encoder writes, so the reader takes exactly that
// and nothing else: a space, another order of members, an escape that was not needed is damage. That makes it
// several times faster than a general parser, and it makes every line that is read the line that would be
// written again.
namespace provodka::codec {

class LineReader {
 public:
  // The line, without its line feed, and the arena for texts that had escapes; both must outlive what is
  // read.
  LineReader(std::string_view line, Arena& arena)
      : p_(line.data()), end_(p_ + line.size()), begin_(p_), arena_(arena) {}

  bool at_end() const { return p_ == end_; }
  size_t offset() const { return static_cast<size_t>(p_ - begin_); }

  // Takes the literal if it comes next.
  bool take(std::string_view literal) {
    if (static_cast<size_t>(end_ - p_) < literal.size() ||
        std::memcmp(p_, literal.data(), literal.size()) != 0)
      return false;
    p_ += literal.size();
    return true;
  }

  bool string(std::string_view& text);
  bool unsigned_number(uint64_t& value);

 private:
  const char* p_;
  const char* end_;
  const char* begin_;
  Arena& arena_;
};

inline bool read(LineReader& in, Id& id) { return in.string(id.text) && is_operator_id(id.text); }

template <size_t Max>
bool read(LineReader& in, Text<Max>& text) {
  return in.string(text.text) && text.text.size() <= Max;
}

inline bool read(LineReader& in, payment::PaidAt& paid_at) { return in.string(paid_at.text); }

inline bool read(LineReader& in, bool& value) {
  value = in.take("true");
  return value || in.take("false");
}

inline bool read(LineReader& in, uint64_t& value) { return in.unsigned_number(value); }

inline bool read(LineReader& in, uint32_t& value) {
  uint64_t wide;
  if (!in.unsigned_number(wide) || wide > 0xffffffffu) return false;
  value = static_cast<uint32_t>(wide);
  return true;
}

inline bool read(LineReader& in, Sequence& sequence) {
  uint64_t value;
  if (!in.unsigned_number(value)) return false;
  sequence = Sequence(value);
  return true;
}

bool read(LineReader& in, Date& date);
template <class T>
  requires std::is_same_v<T, Month> || std::is_same_v<T, TimeOfDay>
bool read(LineReader& in, T& value) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto parsed = T::parse(text);
  if (parsed) value = *parsed;
  return parsed.has_value();
}
bool read(LineReader& in, Instant& instant);
bool read(LineReader& in, Decimal& decimal);
bool read(LineReader& in, Currency& currency);
bool read(LineReader& in, book::LedgerName& name);

template <DescribedEnum E>
bool read(LineReader& in, E& value) {
  std::string_view text;
  return in.string(text) && enum_value(text, value);
}

template <Described T>
bool read(LineReader& in, T& object);

template <size_t N>
bool read(LineReader& in, boost::container::small_vector<LanguageText, N>& texts) {
  texts.clear();
  if (in.take("{}")) return true;
  if (!in.take("{")) return false;
  do {
    LanguageText& item = texts.emplace_back();
    if (!read(in, item.language) || !in.take(":") || !read(in, item.text)) return false;
  } while (in.take(","));
  return in.take("}");
}

template <class T, size_t N>
bool read(LineReader& in, boost::container::small_vector<T, N>& list) {
  list.clear();
  if (in.take("[]")) return true;
  if (!in.take("[")) return false;
  do {
    if (!read(in, list.emplace_back())) return false;
  } while (in.take(","));
  return in.take("]");
}

namespace detail {

// The key with what comes before it: `{"name":` for the first member and `,"name":` for the others.
template <class Member, char Before>
struct KeyAfter {
  static constexpr auto text = [] {
    std::array<char, Key<Member>::length + 1> key{};
    key[0] = Before;
    for (size_t i = 0; i < Key<Member>::length; ++i) key[i + 1] = Key<Member>::text[i];
    return key;
  }();
  static constexpr std::string_view view{text.data(), text.size()};
};

// An amount in the currency of its object, which an amount before it has brought.
inline bool read_money(LineReader& in, Money& value, Currency currency) {
  std::string_view digits;
  if (!in.string(digits)) return false;
  const auto minor = parse_minor(digits, currency.exponent());
  value = {minor.value_or(0), currency};
  return minor.has_value();
}

// Reads one member. `currency` is that of the object, once its first Money has been read.
template <char Before, class T, class Member>
bool read_member(LineReader& in, T& object, Currency& currency) {
  using V = MemberType<T, Member>;
  constexpr std::string_view key = KeyAfter<Member, Before>::view;
  V& value = object.*Member::pointer;
  if constexpr (is_optional<V>) {
    static_assert(Before == ',', "the first member of an event is not optional");
    value.reset();
    if (!in.take(key)) return true;
    if constexpr (std::is_same_v<V, std::optional<Money>>) {
      return read_money(in, value.emplace(), currency);
    } else {
      return read(in, value.emplace());
    }
  } else if constexpr (std::is_same_v<V, Money>) {
    if constexpr (is_first_money<T, Member>()) {
      std::string_view digits;
      if (!in.take(key) || !in.string(digits)) return false;
      if (!in.take(",\"currency\":") || !read(in, currency)) return false;
      const auto minor = parse_minor(digits, currency.exponent());
      value = {minor.value_or(0), currency};
      return minor.has_value();
    } else {
      return in.take(key) && read_money(in, value, currency);
    }
  } else {
    return in.take(key) && read(in, value);
  }
}

template <class T, class... Member>
bool read_members(LineReader& in, T& object, boost::mp11::mp_list<Member...>) {
  Currency currency;
  return [&]<size_t... I>(std::index_sequence<I...>) {
    return (read_member < I == 0 ? '{' : ',', T, Member > (in, object, currency) && ...);
  }(std::index_sequence_for<Member...>());
}

}  // namespace detail

template <Described T>
bool read(LineReader& in, T& object) {
  return detail::read_members(in, object, boost::mp11::mp_rename<Members<T>, boost::mp11::mp_list>()) &&
         in.take("}");
}

}  // namespace provodka::codec
