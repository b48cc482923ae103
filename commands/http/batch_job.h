#pragma once

#include "commands/http/answer.h"

#include <memory>
#include <string_view>
#include <vector>

namespace provodka::http {

// Some lines of a batch and the job of their commands. A line has a command in the job or a problem of its
// own.
struct BatchJob {
  struct Line {
    uint64_t number;
    std::unique_ptr<Problem> problem;
  };

  std::unique_ptr<engine::Job> job;
  std::vector<Line> lines;

  // Decodes the line and prepares its command; what is wrong becomes the line's problem.
  void add(Worker&, std::string_view actor, uint64_t number, std::string_view line, bool too_long);

  // Writes the answers to the lines in their order, once the job has come back. `with_events`: all that the
  // answer to a single command says.
  void write_answers(Worker&, bool with_events, Buffer& out);
};

}  // namespace provodka::http
