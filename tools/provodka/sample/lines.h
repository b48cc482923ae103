#pragma once

#include "tools/provodka/sample/action.h"

#include <fmt/format.h>

namespace provodka::tools::sample {

// Writes actions as commands, each a line.
class Lines {
 public:
  explicit Lines(const Plan& plan) : plan_(plan) {}
  void write(const Action&, fmt::memory_buffer& out);

 private:
  class Line;
  void set_up(const Action&, fmt::memory_buffer& out);
  void raise_prices(const Action&, fmt::memory_buffer& out);
  void open(const Action&, Line&) const;
  void pay(const Action&, Line&) const;
  void subscribe(const Action&, Line&) const;

  const Plan& plan_;
};

}  // namespace provodka::tools::sample
