#pragma once

#include "projections/reader/views.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace provodka::projections {

struct ViewReaderOptions {
  std::string postgres;  // a libpq URL or connection string
  unsigned threads = 2;  // each with a connection of its own
  size_t queue_max = 64;
  std::chrono::milliseconds query_timeout{10'000};
};

// Reads the public views as the role provodka_reader, in transactions that cannot write. It connects when it
// is first asked, and again when a connection was lost; while Postgres is away, answers say so.
class ViewReader final : public Views {
 public:
  explicit ViewReader(ViewReaderOptions);
  // Gives up what is under way; everyone who asked is answered before it returns.
  ~ViewReader() override;

  void read(ViewQuery, Done) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::projections
