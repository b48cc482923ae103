#pragma once

#include "ledger/codec/command_codec.h"
#include "ledger/core/buffer.h"
#include "ledger/core/ids.h"
#include "ledger/domain/rejection.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace provodka::http {

// What can be wrong before a command reaches the rooms of the domain, or with the house itself.
struct ProblemKind {
  uint16_t status;
  std::string_view code;
  std::string_view title;
};

namespace problems {
inline constexpr ProblemKind malformed_json{400, "malformed_json", "The command is not well-formed JSON"};
inline constexpr ProblemKind wrong_type{400, "wrong_type",
                                        "A member has another JSON type than it must have"};
inline constexpr ProblemKind invalid_value{400, "invalid_value", "A member has a value that it cannot have"};
inline constexpr ProblemKind unknown_field{400, "unknown_field", "There is a member that is not known"};
inline constexpr ProblemKind duplicate_field{400, "duplicate_field", "A member is there more than once"};
inline constexpr ProblemKind missing_field{400, "missing_field", "A member is missing"};
inline constexpr ProblemKind unknown_command{400, "unknown_command", "There is no such command"};
inline constexpr ProblemKind malformed_http{400, "malformed_http", "The request is not well-formed HTTP"};
inline constexpr ProblemKind invalid_header{400, "invalid_header",
                                            "A header has a value that it cannot have"};
inline constexpr ProblemKind invalid_query{400, "invalid_query",
                                           "A query parameter has a value that it cannot have"};
inline constexpr ProblemKind foreign_origin{403, "foreign_origin",
                                            "Pages of other sites may not use this server"};
inline constexpr ProblemKind unknown_view{404, "unknown_view", "There is no such view"};
inline constexpr ProblemKind no_read_models{404, "no_read_models", "This server has no read models"};
inline constexpr ProblemKind not_found{404, "not_found", "There is nothing here"};
inline constexpr ProblemKind method_not_allowed{405, "method_not_allowed", "The method is not allowed here"};
inline constexpr ProblemKind body_too_large{413, "body_too_large", "The body is too large"};
inline constexpr ProblemKind line_too_long{413, "line_too_long", "The line is too long"};
inline constexpr ProblemKind batch_too_long{413, "batch_too_long", "The batch has too many lines"};
inline constexpr ProblemKind batch_rejected{422, "batch_rejected", "The batch was refused as a whole"};
inline constexpr ProblemKind query_too_slow{422, "query_too_slow", "The query takes too long"};
inline constexpr ProblemKind headers_too_large{431, "headers_too_large",
                                               "The head of the request is too large"};
inline constexpr ProblemKind fault{503, "fault", "Something that the server needs has failed"};
inline constexpr ProblemKind unavailable{503, "unavailable", "No commands are accepted at the moment"};
inline constexpr ProblemKind log_damaged{503, "log_damaged",
                                         "This part of the log is damaged and is not served"};
inline constexpr ProblemKind read_models_away{503, "read_models_away",
                                              "The read models cannot be read at the moment"};
inline constexpr ProblemKind too_many_queries{503, "too_many_queries", "Too many queries wait already"};
inline constexpr ProblemKind too_many_connections{503, "too_many_connections",
                                                  "Too many connections are open"};
}  // namespace problems

std::span<const ProblemKind* const> all_problems();

// A problem document (RFC 9457). What it says is meant for whoever sent the request; nothing of the inside.
struct Problem {
  uint16_t status = 0;
  std::string_view code, title;
  std::string detail;        // the title stands in where it is empty
  std::string pointer;       // of the member that is wrong
  bool has_pointer = false;  // an empty pointer is the whole document
  Sequence sequence;         // of what was recorded instead, where there is such a thing
  uint64_t line = 0;         // of a batch
  std::string cause;         // the problem document of that line
  std::string_view allow;    // of the header Allow

  Problem() = default;
  explicit Problem(const ProblemKind& kind, std::string detail_text = {})
      : status(kind.status), code(kind.code), title(kind.title), detail(std::move(detail_text)) {}
  explicit Problem(const Rejection&);
  explicit Problem(const codec::CommandError&);
};

void write_problem(Buffer&, const Problem&);

}  // namespace provodka::http
