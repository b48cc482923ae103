#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/amount.h"
#include "ledger/core/buffer.h"
#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"
#include "ledger/core/time_of_day.h"
#include "ledger/domain/payment/paid_at.h"

#include <optional>
#include <string_view>

#include <boost/container/small_vector.hpp>

// The encoder: described structs to JSON, members in their order, absent optionals left out, no space
// anywhere. It has one form for each value, which is what lets the reader (json_line.h) insist on it.
//
// A Money member `x` is written `"x":"19.90"`; the object's first one is followed by `"currency":"RUB"`, and
// all amounts of an object are in that currency.
namespace provodka::codec {

// As RFC 8259 demands and no more: the quote, the backslash and control characters; the rest is UTF-8 as is.
void write_escaped(Buffer&, std::string_view);
char* print_unsigned(char* out, uint64_t value);

inline void write(Buffer& out, Id id) {  // never needs escaping
  char* p = out.room(id.text.size() + 2);
  *p++ = '"';
  std::memcpy(p, id.text.data(), id.text.size());
  p += id.text.size();
  *p++ = '"';
  out.wrote_to(p);
}

template <size_t Max>
void write(Buffer& out, Text<Max> text) {
  write_escaped(out, text.text);
}

inline void write(Buffer& out, payment::PaidAt paid_at) { write_escaped(out, paid_at.text); }
inline void write(Buffer& out, bool value) { out.append(value ? "true" : "false"); }
inline void write(Buffer& out, uint64_t value) { out.wrote_to(print_unsigned(out.room(20), value)); }
inline void write(Buffer& out, uint32_t value) { write(out, uint64_t{value}); }
inline void write(Buffer& out, Sequence sequence) { write(out, sequence.value()); }

inline void write(Buffer& out, Date date) {
  char* p = out.room(12);
  *p++ = '"';
  p = date.print(p);
  *p++ = '"';
  out.wrote_to(p);
}

template <class T>
  requires std::is_same_v<T, Month> || std::is_same_v<T, TimeOfDay>
void write(Buffer& out, T value) {
  char* p = out.room(T::printed_bytes + 2);
  *p++ = '"';
  p = value.print(p);
  *p++ = '"';
  out.wrote_to(p);
}

inline void write(Buffer& out, Instant instant) {
  char* p = out.room(Instant::printed_bytes + 2);
  *p++ = '"';
  p = instant.print(p);
  *p++ = '"';
  out.wrote_to(p);
}

inline void write(Buffer& out, Decimal decimal) { write(out, Id{decimal.to_string()}); }
inline void write(Buffer& out, Currency currency) { write(out, Id{currency.code()}); }
inline void write(Buffer& out, Amount amount) { write(out, Id{amount.to_string()}); }

void write(Buffer& out, book::LedgerName name);

inline void write(Buffer& out, Money money) {
  char* p = out.room(26);
  *p++ = '"';
  p = print_minor(p, money.minor, money.currency.exponent());
  *p++ = '"';
  out.wrote_to(p);
}

template <DescribedEnum E>
void write(Buffer& out, E value) {
  write(out, Id{enum_name(value)});
}

template <Described T>
void write(Buffer& out, const T& object);

template <size_t N>
void write(Buffer& out, const boost::container::small_vector<LanguageText, N>& texts) {
  out.push_back('{');
  for (const LanguageText& item : texts) {
    write(out, item.language);
    out.push_back(':');
    write(out, item.text);
    out.push_back(',');
  }
  if (out.back() == ',') {
    out.back() = '}';
  } else {
    out.push_back('}');
  }
}

template <class T, size_t N>
void write(Buffer& out, const boost::container::small_vector<T, N>& list) {
  out.push_back('[');
  for (const T& item : list) {
    write(out, item);
    out.push_back(',');
  }
  if (out.back() == ',') {
    out.back() = ']';
  } else {
    out.push_back(']');
  }
}

namespace detail {

// `"name":` as a constant, so that writing it is a few moves.
template <class Member>
struct Key {
  static constexpr size_t length = wire_name(Member::name).size() + 3;
  static constexpr auto text = [] {
    std::array<char, length> key{};
    key[0] = '"';
    for (size_t i = 0; i + 3 < length; ++i) key[i + 1] = Member::name[i];
    key[length - 2] = '"';
    key[length - 1] = ':';
    return key;
  }();
};

template <class T, class Member>
using MemberType = std::remove_cvref_t<decltype(std::declval<T>().*Member::pointer)>;

// Whether the member is the first Money of its object, which brings the currency with it.
template <class T, class Member>
constexpr bool is_first_money() {
  bool found = false, is_first = false;
  boost::mp11::mp_for_each<Members<T>>([&](auto m) {
    if constexpr (std::is_same_v<MemberType<T, decltype(m)>, Money>) {
      is_first |= !found && std::is_same_v<decltype(m), Member>;
      found = true;
    }
  });
  return is_first;
}

template <class Member, class V>
void write_member(Buffer& out, const V& value) {
  std::memcpy(out.room(Key<Member>::length), Key<Member>::text.data(), Key<Member>::length);
  out.wrote_to(out.data() + out.size() + Key<Member>::length);
  write(out, value);
  out.push_back(',');
}

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

}  // namespace detail

template <Described T>
void write(Buffer& out, const T& object) {
  out.push_back('{');
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    using Member = decltype(member);
    using V = detail::MemberType<T, Member>;
    const V& value = object.*Member::pointer;
    if constexpr (detail::is_optional<V>) {
      if (value) detail::write_member<Member>(out, *value);
    } else {
      detail::write_member<Member>(out, value);
      if constexpr (detail::is_first_money<T, Member>()) {
        out.append("\"currency\":");
        write(out, value.currency);
        out.push_back(',');
      }
    }
  });
  if (out.back() == ',') {
    out.back() = '}';
  } else {
    out.push_back('}');
  }
}

}  // namespace provodka::codec
