#pragma once

#include <string_view>
#include <type_traits>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace provodka {

// A struct that is described once (BOOST_DESCRIBE_STRUCT) gets its encoder, its decoder, its JSON Schema
// and its documentation from that description; the order of the members is the order on the wire.
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;

template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

// A member's or enumerator's name on the wire: a trailing underscore is there because the name is a keyword.
constexpr std::string_view wire_name(std::string_view name) {
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

// Calls f(name, pointer to member) for each member in order.
template <class T, class F>
constexpr void for_each_member(F&& f) {
  boost::mp11::mp_for_each<Members<T>>([&](auto member) { f(wire_name(member.name), member.pointer); });
}

// The name of an enumerator on the wire, and back.
template <DescribedEnum E>
constexpr std::string_view enum_name(E value) {
  std::string_view name;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (enumerator.value == value) name = enumerator.name;
  });
  return name;
}

template <DescribedEnum E>
constexpr bool enum_value(std::string_view name, E& value) {
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto enumerator) {
    if (name == enumerator.name) {
      value = enumerator.value;
      found = true;
    }
  });
  return found;
}

}  // namespace provodka
