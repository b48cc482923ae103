#pragma once

#include <string>
#include <string_view>
#include <vector>

// What commands look like, from the descriptions of their structs, so that a map is held to them before the
// first row is read.
namespace provodka::tools {

enum class FieldKind {
  id,
  text,
  external_id,
  currency,
  choice,  // an enumerator's name
  amount,
  date,
  flag,
  number,
  other,  // objects and lists, which a row cannot give
};

struct CommandField {
  std::string_view name;
  FieldKind kind;
  bool required;
};

struct CommandShape {
  std::string_view type;
  std::vector<CommandField> fields;
};

const std::vector<CommandShape>& command_shapes();
const CommandShape* command_shape(std::string_view type);

// Whether a text is a value of the kind as the wire has it; if not, a phrase that says what one is.
std::string_view why_not(FieldKind kind, std::string_view text);

}  // namespace provodka::tools
