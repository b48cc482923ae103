#pragma once

#include "ledger/core/arena.h"
#include "ledger/core/buffer.h"
#include "ledger/domain/command.h"

#include <memory>
#include <string>
#include <string_view>

// Commands as they come in: JSON by the wire contract, read with simdjson. Nothing is guessed: an unknown or
// repeated member, another type, a number where a decimal string belongs, invalid UTF-8, anything after the
// document is an error that names the place.
namespace provodka::codec {

inline constexpr size_t kCommandBytesMax = 65'536;

// What is wrong with a command's form. `pointer` is an RFC 6901 pointer into the document.
struct CommandError {
  std::string_view code;  // malformed_json, wrong_type, invalid_value, unknown_field, duplicate_field,
                          // missing_field, unknown_command
  std::string pointer;
  std::string detail;
};

// Decodes commands one after the other. Keeps its buffers; belongs to one thread at a time.
class CommandDecoder {
 public:
  CommandDecoder();
  ~CommandDecoder();
  CommandDecoder(CommandDecoder&&) noexcept;

  // Decodes one JSON document into `command`, whose texts then live in `arena`. `default_id` stands in where
  // the document has no id, or must be that (Idempotency-Key). On an error `command` is unspecified.
  [[nodiscard]] bool decode(std::string_view json, std::string_view default_id, Arena& arena,
                            Command& command, CommandError& error);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The wire name of a command.
std::string_view type_of(const CommandData&);

// Appends the one canonical form of what a command asks for: type, tenant, effective date and data, not its
// id, expectations or clock. Two requests with equal forms are the same request.
void canonical_form(Buffer& out, const Command&);

}  // namespace provodka::codec
