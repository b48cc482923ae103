#pragma once

#include <CLI/CLI.hpp>

namespace provodka::tools {

// Ends the program with this code: 0 fine, 1 usage, refused or rejected, 2 damage or failure.
struct Exit {
  int code;
};

// Each adds one subcommand with its options, its help and an example; the subcommand runs when it was parsed.
void add_serve(CLI::App&);
void add_submit(CLI::App&);
void add_import(CLI::App&);
void add_replay(CLI::App&);
void add_balances(CLI::App&);
void add_runs(CLI::App&);
void add_preview(CLI::App&);
void add_verify(CLI::App&);
void add_project(CLI::App&);
void add_agent(CLI::App&);
void add_devices(CLI::App&);
void add_device(CLI::App&);
void add_message(CLI::App&);
void add_prove(CLI::App&);
void add_verify_proof(CLI::App&);
void add_export(CLI::App&);
void add_schemas(CLI::App&);
void add_mirror(CLI::App&);
void add_sample(CLI::App&);
void add_bench(CLI::App&);

}  // namespace provodka::tools
