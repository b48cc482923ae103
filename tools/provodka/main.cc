#include "tools/provodka/bench/load_client.h"
#include "tools/provodka/subcommands.h"

#include <exception>

#include <fmt/format.h>
#include <malloc.h>

int main(int argc, char** argv) {
  using namespace provodka::tools;
  // Frames and batches are a few hundred kilobytes and come and go all the time: keep their pages instead of
  // asking the system for zeroed ones again and again.
  mallopt(M_MMAP_THRESHOLD, 256 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  CLI::App app{"provodka: the ledger of an internet provider", "provodka"};
  app.require_subcommand(1);
  app.set_version_flag("--version", PROVODKA_VERSION);
  add_serve(app);
  add_submit(app);
  add_import(app);
  add_replay(app);
  add_balances(app);
  add_verify(app);
  add_prove(app);
  add_verify_proof(app);
  add_export(app);
  add_schemas(app);
  add_bench(app);
  add_load_client(app);
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const Exit& exit) {
    return exit.code;
  } catch (const std::exception& error) {
    fmt::print(stderr, "provodka: {}\n", error.what());
    return 2;
  }
}
