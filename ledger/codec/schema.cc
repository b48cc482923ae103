#include "ledger/codec/schema.h"

#include "ledger/codec/event_codec.h"
#include "ledger/domain/command.h"

#include <vector>

#include <fmt/format.h>

namespace provodka::codec {
namespace {

constexpr std::string_view kDecimal = R"({"type": "string", "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$"})";

template <class T>
struct SchemaOf;

template <Described T>
std::string object_schema(int indent);

#define PROVODKA_SCHEMA(Type, text)                           \
  template <>                                                 \
  struct SchemaOf<Type> {                                     \
    static std::string get(int) { return std::string(text); } \
  };

PROVODKA_SCHEMA(Id, R"({"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"})")
PROVODKA_SCHEMA(ExternalId, R"({"type": "string", "pattern": "^[\\x20-\\x7e]{1,128}$"})")
PROVODKA_SCHEMA(payment::PaidAt,
                R"({"type": "string", "description": "a date, or an instant as in RFC 3339"})")
PROVODKA_SCHEMA(bool, R"({"type": "boolean"})")
PROVODKA_SCHEMA(uint32_t, R"({"type": "integer", "minimum": 0, "maximum": 4294967295})")
PROVODKA_SCHEMA(Sequence, R"({"type": "integer", "minimum": 1})")
PROVODKA_SCHEMA(Date, R"({"type": "string", "format": "date"})")
PROVODKA_SCHEMA(Month, R"({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"})")
PROVODKA_SCHEMA(TimeOfDay, R"({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})")
PROVODKA_SCHEMA(Instant, R"({"type": "string", "format": "date-time"})")
PROVODKA_SCHEMA(Decimal, kDecimal)
PROVODKA_SCHEMA(Currency, R"({"type": "string", "pattern": "^[A-Z]{3}$"})")
PROVODKA_SCHEMA(Amount, kDecimal)
PROVODKA_SCHEMA(Money, kDecimal)
// Open to kinds of the chart that are yet to come: a new one must not change a schema that was published.
PROVODKA_SCHEMA(book::LedgerName, R"({"type": "string", "pattern": "^[a-z_]+/[\\s\\S]+$"})")
#undef PROVODKA_SCHEMA

template <size_t Max>
struct SchemaOf<Text<Max>> {
  static std::string get(int) {
    return fmt::format(R"({{"type": "string", "minLength": 1, "maxLength": {}}})", Max);
  }
};

template <class T>
struct SchemaOf<std::optional<T>> : SchemaOf<T> {};

template <DescribedEnum E>
struct SchemaOf<E> {
  static std::string get(int) {
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>(
        [&](auto e) { names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", e.name); });
    return fmt::format(R"({{"enum": [{}]}})", names);
  }
};

template <Described T>
struct SchemaOf<T> {
  static std::string get(int indent) { return object_schema<T>(indent); }
};

template <size_t N>
struct SchemaOf<boost::container::small_vector<LanguageText, N>> {
  static std::string get(int) {
    return R"({"type": "object", "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 200}})";
  }
};

template <class T, size_t N>
struct SchemaOf<boost::container::small_vector<T, N>> {
  static std::string get(int indent) {
    return fmt::format("{{\"type\": \"array\", \"items\": {}}}", SchemaOf<T>::get(indent));
  }
};

template <Described T>
std::string object_schema(int indent) {
  const std::string pad(static_cast<size_t>(indent), ' ');
  std::string properties, required;
  const auto add = [&](std::string_view name, const std::string& schema, bool needed) {
    properties += fmt::format("{}\n{}    \"{}\": {}", properties.empty() ? "" : ",", pad, name, schema);
    if (needed) required += fmt::format("{}\"{}\"", required.empty() ? "" : ", ", name);
  };
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    using Member = decltype(member);
    using V = detail::MemberType<T, Member>;
    add(wire_name(Member::name), SchemaOf<V>::get(indent + 4), !detail::is_optional<V>);
    if constexpr (std::is_same_v<V, Money> && detail::is_first_money<T, Member>()) {
      add("currency", SchemaOf<Currency>::get(0), true);
    }
  });
  return fmt::format(
      "{{\n{0}  \"type\": \"object\",\n{0}  \"properties\": {{{1}\n{0}  }},\n{0}  \"required\": [{2}],\n{0}  "
      "\"additionalProperties\": false\n{0}}}",
      pad, properties, required);
}

std::string document(std::string_view title, const std::string& properties, std::string_view required) {
  return fmt::format(
      "{{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"title\": \"{}\",\n"
      "  \"type\": \"object\",\n  \"properties\": {{\n{}\n  }},\n  \"required\": [{}],\n"
      "  \"additionalProperties\": false\n}}\n",
      title, properties, required);
}

template <class E>
std::string event_schema() {
  const std::string properties = fmt::format(
      R"(    "specversion": {{"const": "1.0"}},
    "id": {{"type": "string", "pattern": "^[1-9][0-9]*$", "description": "the tenant's sequence"}},
    "source": {{"type": "string", "pattern": "^/[A-Za-z0-9._:-]{{1,64}}$"}},
    "type": {{"const": "{}"}},
    "subject": {{"type": "string"}},
    "time": {{"type": "string", "format": "date-time"}},
    "partitionkey": {{"type": "string"}},
    "actor": {{"type": "string"}},
    "cause": {{"type": "string"}},
    "causehash": {{"type": "string", "pattern": "^[0-9a-f]{{32}}$"}},
    "data": {})",
      E::type, object_schema<E>(4));
  return document(
      E::type, properties,
      R"("specversion", "id", "source", "type", "subject", "time", "partitionkey", "actor", "cause", "causehash", "data")");
}

template <class C>
std::string command_schema() {
  const std::string properties = fmt::format(
      R"(    "type": {{"const": "{}"}},
    "id": {{"type": "string", "minLength": 1, "maxLength": 128, "description": "Idempotency-Key may stand in"}},
    "tenant": {{"type": "string", "pattern": "^[A-Za-z0-9._:-]{{1,64}}$"}},
    "effective": {{"type": "string", "format": "date"}},
    "expect": {{"type": "object", "additionalProperties": {{"type": "integer", "minimum": 1}}}},
    "time": {{"type": "string", "format": "date-time"}},
    "data": {})",
      C::type, object_schema<C>(4));
  return document(C::type, properties, R"("type", "tenant", "data")");
}

template <class... E>
void add_events(std::map<std::string, std::string>& files, std::type_identity<std::variant<E...>>) {
  (files.emplace(fmt::format("events/{}.json", E::type), event_schema<E>()), ...);
}

template <class... C>
void add_commands(std::map<std::string, std::string>& files, std::type_identity<std::variant<C...>>) {
  (files.emplace(fmt::format("commands/{}.json", C::type), command_schema<C>()), ...);
}

}  // namespace

std::map<std::string, std::string> schemas() {
  std::map<std::string, std::string> files;
  add_events(files, std::type_identity<PublishedEvents::All>());
  add_commands(files, std::type_identity<CommandAlternatives>());
  return files;
}

}  // namespace provodka::codec
