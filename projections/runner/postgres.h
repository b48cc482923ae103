#pragma once

#include "ledger/core/result.h"

#include <chrono>
#include <exception>
#include <memory>
#include <string>

#include <pqxx/connection>

namespace provodka::projections {

// Older ones have not been tried: who reads what of the public schema changed with 15.
inline constexpr int kPostgresVersionMin = 150000;

// Why Postgres did not do what was asked.
struct Trouble {
  std::string what;
  bool passes;  // by itself, so that trying again later may help
};
Trouble trouble_of(const std::exception&);

// Thrown where Postgres answers and is not what is needed.
struct Unfit : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Connects as a writer of read models: UTC, no waiting for the disk at a commit. What a crash of Postgres
// takes back it takes back together with the position. Throws what pqxx throws, and Unfit.
std::unique_ptr<pqxx::connection> connect(const std::string& url, std::string_view application);

// The same where failures are the caller's to show.
Result<std::unique_ptr<pqxx::connection>> try_connect(const std::string& url, std::string_view application);

}  // namespace provodka::projections
