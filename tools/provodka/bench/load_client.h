#pragma once

#include "tools/provodka/bench/bench.h"

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace provodka::tools {

// A load generator that costs as little as possible: one thread, plain sockets, epoll. It runs as a process
// of its own, as clients do.
struct LoadOptions {
  uint16_t port = 0;
  uint64_t connections = 64;
  double seconds = 10;
  uint64_t accounts = 1'000'000;
  uint64_t batch = 0;  // commands a request; zero: single commands
  bool hot = false;
  bool healthz = false;  // ask only whether it lives: what the bare server can do
  std::string prefix;    // of the command ids
};

struct LoadResult {
  double seconds = 0;
  uint64_t commands = 0;
  uint64_t failures = 0;
  double p50_ms = 0, p99_ms = 0, p999_ms = 0, max_ms = 0;
};

// In this process.
LoadResult run_load(const LoadOptions&);

// In a child process of the same program.
LoadResult run_load_apart(const LoadOptions&);

// The hidden subcommand that the child runs.
void add_load_client(CLI::App&);

}  // namespace provodka::tools
