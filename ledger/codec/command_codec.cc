#include "ledger/codec/command_codec.h"

#include "ledger/codec/command_values.h"
#include "ledger/codec/json_out.h"

#include <bitset>

#include <fmt/format.h>
#include <simdjson.h>

namespace provodka::codec {
namespace {

bool decode(Reading& reading, value& v, std::vector<Expectation>& expectations) {
  if (!expect_type(reading, v, json_type::object)) return false;
  object members;
  if (const auto code = v.get_object().get(members)) return malformed(reading, code);
  for (auto field : members) {
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key)) return malformed(reading, code);
    key = reading.arena.copy(key);
    AtMember at(reading, shortened(key));
    if (!key.starts_with("account/") || !is_operator_id(key.substr(8))) {
      return reading.fail("unknown_field", "expectations are of the form \"account/<account>\": version");
    }
    for (const Expectation& other : expectations) {
      if (other.account.text == key.substr(8))
        return reading.fail("duplicate_field", "the member is repeated");
    }
    value number;
    if (const auto code = field.value().get(number)) return malformed(reading, code);
    Expectation& expectation = expectations.emplace_back(Id{key.substr(8)}, Sequence());
    if (!decode(reading, number, expectation.version)) return false;
    if (expectations.size() > 16) return reading.fail("invalid_value", "at most 16 expectations are allowed");
  }
  return true;
}

// Walks the members of an object. `on_member(name, value)` answers whether it went well; it is told of each
// name once.
template <class F>
bool decode_members(Reading& reading, object& members, F&& on_member) {
  for (auto field : members) {
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key)) return malformed(reading, code);
    key = shortened(key);
    AtMember at(reading, key);
    value v;
    if (const auto code = field.value().get(v)) return malformed(reading, code);
    if (!on_member(key, v)) return false;
  }
  return true;
}

// How a struct is called in a message: a command by its type, a member by nothing.
template <class T>
constexpr std::string_view called() {
  if constexpr (requires { T::type; }) {
    return T::type;
  } else {
    return "this object";
  }
}

template <Described T>
bool decode_struct(Reading& reading, object& members, T& out) {
  std::bitset<boost::mp11::mp_size<Members<T>>::value> seen;
  const bool ok = decode_members(reading, members, [&](std::string_view key, value& v) {
    size_t i = 0;
    bool known = false, good = false;
    for_each_member<T>([&](std::string_view name, auto pointer) {
      if (name == key) {
        known = true;
        good = seen[i] ? reading.fail("duplicate_field", "the member is repeated")
                       : decode(reading, v, out.*pointer);
        seen[i] = true;
      }
      ++i;
    });
    return known ? good : reading.fail("unknown_field", fmt::format("{} has no such member", called<T>()));
  });
  if (!ok) return false;
  size_t i = 0;
  bool complete = true;
  for_each_member<T>([&](std::string_view name, auto pointer) {
    if constexpr (!detail::is_optional<std::remove_cvref_t<decltype(out.*pointer)>>) {
      if (complete && !seen[i]) {
        AtMember at(reading, name);
        complete = reading.fail("missing_field", fmt::format("{} needs this member", called<T>()));
      }
    }
    ++i;
  });
  return complete;
}

template <Described T>
bool decode(Reading& reading, value& v, T& out) {
  if (!expect_type(reading, v, json_type::object)) return false;
  object members;
  if (const auto code = v.get_object().get(members)) return malformed(reading, code);
  return decode_struct(reading, members, out);
}

template <class... Known>
bool decode_data(Reading& reading, std::string_view type, object& members, std::variant<Known...>& data) {
  bool ok = false;
  if (((type == Known::type &&
        (ok = decode_struct(reading, members, data.template emplace<Known>()), true)) ||
       ...)) {
    return ok;
  }
  reading.pointer = "/type";
  return reading.fail("unknown_command", fmt::format("there is no command \"{}\"", shortened(type)));
}

enum Envelope : size_t { kType, kId, kTenant, kEffective, kExpect, kTime, kData, kEnvelopeMembers };
constexpr std::string_view kEnvelopeNames[] = {"type", "id", "tenant", "effective", "expect", "time", "data"};

}  // namespace

struct CommandDecoder::Impl {
  simdjson::ondemand::parser parser;
  std::string buffer;
};

CommandDecoder::CommandDecoder() : impl_(std::make_unique<Impl>()) {}
CommandDecoder::~CommandDecoder() = default;
CommandDecoder::CommandDecoder(CommandDecoder&&) noexcept = default;

bool CommandDecoder::decode(std::string_view json, std::string_view default_id, Arena& arena,
                            Command& command, CommandError& error) {
  Reading reading{arena, error, {}};
  if (json.size() > kCommandBytesMax)
    return reading.fail("malformed_json", "a command has at most 65536 bytes");
  impl_->buffer.reserve(kCommandBytesMax + simdjson::SIMDJSON_PADDING);
  impl_->buffer.assign(json);
  simdjson::ondemand::document document;
  if (const auto code =
          impl_->parser.iterate(impl_->buffer.data(), impl_->buffer.size(), impl_->buffer.capacity())
              .get(document)) {
    return malformed(reading, code);
  }
  object envelope;
  if (const auto code = document.get_object().get(envelope)) {
    if (code != simdjson::INCORRECT_TYPE) return malformed(reading, code);
    json_type type;
    if (const auto none = document.type().get(type)) return malformed(reading, none);
    return reading.fail("wrong_type", fmt::format("a command is an object, not {}", name_of(type)));
  }

  command = Command{};
  std::string_view type;
  std::bitset<kEnvelopeMembers> seen;
  const auto decode_field = [&](size_t member, value& v) {
    switch (member) {
      case kType:
        return get_text(reading, v, type);
      case kId:
        if (!get_text(reading, v, command.id.text)) return false;
        return is_command_id(command.id.text) ||
               reading.fail("invalid_value", "an id is 1 to 128 printable ASCII characters");
      case kTenant:
        return codec::decode(reading, v, command.tenant);
      case kEffective:
        return codec::decode(reading, v, command.effective);
      case kExpect:
        return codec::decode(reading, v, command.expect);
      case kTime:
        return codec::decode(reading, v, command.time);
      default: {
        if (!expect_type(reading, v, json_type::object)) return false;
        object members;
        if (const auto code = v.get_object().get(members)) return malformed(reading, code);
        return decode_data(reading, type, members, command.data);
      }
    }
  };
  // The data can be read once the type is known; where it stands before the type, it is left for a second
  // walk.
  bool data_left = false;
  const bool walked = decode_members(reading, envelope, [&](std::string_view key, value& v) {
    const size_t member =
        static_cast<size_t>(std::ranges::find(kEnvelopeNames, key) - std::begin(kEnvelopeNames));
    if (member == kEnvelopeMembers) return reading.fail("unknown_field", "a command has no such member");
    if (seen[member]) return reading.fail("duplicate_field", "the member is repeated");
    seen[member] = true;
    if (member == kData && !seen[kType]) {
      data_left = true;
      return true;
    }
    return decode_field(member, v);
  });
  if (!walked) return false;
  // At the end of the document there is no current location.
  const char* rest = nullptr;
  if (!document.current_location().get(rest))
    return reading.fail("malformed_json", "there is something after the document");
  if (!default_id.empty()) {
    reading.pointer = "/id";
    if (!is_command_id(default_id))
      return reading.fail("invalid_value", "Idempotency-Key is 1 to 128 printable ASCII characters");
    if (seen[kId] && command.id.text != default_id)
      return reading.fail("invalid_value", "the id is not that of Idempotency-Key");
    reading.pointer.clear();
    command.id.text = arena.copy(default_id);
    seen[kId] = true;
  }
  for (const size_t member : {kType, kId, kTenant, kData}) {
    if (!seen[member]) {
      AtMember at(reading, kEnvelopeNames[member]);
      return reading.fail("missing_field", "a command needs this member");
    }
  }
  if (data_left) {
    document.rewind();
    if (const auto code = document.get_object().get(envelope)) return malformed(reading, code);
    return decode_members(reading, envelope, [&](std::string_view key, value& v) {
      return key != "data" || decode_field(kData, v);
    });
  }
  return true;
}

std::string_view type_of(const CommandData& data) {
  return std::visit([](const auto& c) { return std::remove_cvref_t<decltype(c)>::type; }, data);
}

void canonical_form(Buffer& out, const Command& command) {
  out.append(type_of(command.data));
  out.push_back(' ');
  out.append(command.tenant.text);
  out.push_back(' ');
  if (command.effective) write(out, *command.effective);
  std::visit([&](const auto& c) { write(out, c); }, command.data);
}

}  // namespace provodka::codec
