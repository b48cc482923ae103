#include "tools/provodka/import_shapes.h"

#include "ledger/core/describe.h"
#include "ledger/domain/command.h"

#include <algorithm>

namespace provodka::tools {
namespace {

template <class T>
struct Kind {
  static constexpr FieldKind kind = std::is_enum_v<T>       ? FieldKind::choice
                                    : std::is_unsigned_v<T> ? FieldKind::number
                                                            : FieldKind::other;
};
template <FieldKind K>
struct Is {
  static constexpr FieldKind kind = K;
};
template <>
struct Kind<Id> : Is<FieldKind::id> {};
template <size_t Max>
struct Kind<Text<Max>> : Is<FieldKind::text> {};
template <>
struct Kind<ExternalId> : Is<FieldKind::external_id> {};
template <>
struct Kind<Currency> : Is<FieldKind::currency> {};
template <>
struct Kind<Amount> : Is<FieldKind::amount> {};
template <>
struct Kind<Date> : Is<FieldKind::date> {};
template <>
struct Kind<payment::PaidAt> : Is<FieldKind::date> {};
template <>
struct Kind<bool> : Is<FieldKind::flag> {};
template <>
struct Kind<Sequence> : Is<FieldKind::number> {};

template <class T>
struct Kind<std::optional<T>> : Kind<T> {};

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class T>
CommandShape shape_of() {
  CommandShape shape{T::type, {}};
  for_each_member<T>([&](std::string_view name, auto pointer) {
    using Member = std::remove_cvref_t<decltype(std::declval<T>().*pointer)>;
    shape.fields.push_back({name, Kind<Member>::kind, !is_optional<Member>});
  });
  return shape;
}

template <class... T>
std::vector<CommandShape> shapes_of(std::type_identity<std::variant<T...>>) {
  return {shape_of<T>()...};
}

}  // namespace

const std::vector<CommandShape>& command_shapes() {
  static const std::vector<CommandShape> shapes = shapes_of(std::type_identity<CommandAlternatives>());
  return shapes;
}

const CommandShape* command_shape(std::string_view type) {
  const auto found = std::ranges::find(command_shapes(), type, &CommandShape::type);
  return found == command_shapes().end() ? nullptr : &*found;
}

std::string_view why_not(FieldKind kind, std::string_view text) {
  switch (kind) {
    case FieldKind::id:
      return is_operator_id(text) ? "" : "an id is 1 to 64 of A-Z a-z 0-9 . _ : -";
    case FieldKind::external_id:
      return is_command_id(text) ? "" : "an external id is 1 to 128 printable ASCII characters";
    case FieldKind::currency:
      return Currency::from_code(text) ? "" : "a currency is a code of ISO 4217 such as RUB";
    case FieldKind::amount:
      return Amount::parse(text) ? "" : "an amount is a decimal number such as 12.50";
    case FieldKind::date:
      return Date::parse(text) ? "" : "a date is YYYY-MM-DD";
    case FieldKind::flag:
      return text == "true" || text == "false" ? "" : "it is true or false";
    case FieldKind::number:
      return !text.empty() && text.size() <= 18 &&
                     text.find_first_not_of("0123456789") == std::string_view::npos &&
                     (text[0] != '0' || text == "0")
                 ? ""
                 : "it is a whole number";
    case FieldKind::choice:
    case FieldKind::text:
      return text.empty() ? "it is empty" : "";
    case FieldKind::other:
      break;
  }
  return "a map cannot give objects or lists";
}

}  // namespace provodka::tools
