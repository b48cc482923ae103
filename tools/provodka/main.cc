#include "tools/provodka/bench/load_client.h"
#include "tools/provodka/subcommands.h"
#include "tools/provodka/suggest.h"

#include <cstdio>
#include <exception>

#include <fmt/format.h>

namespace {

// The library takes -1 for a very large number.
void refuse_negative_numbers(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    if (option->get_type_name() != "UINT") continue;
    option->check([](const std::string& text) {
      return text.starts_with('-') ? fmt::format("{}: a number from 0 is expected", text) : std::string();
    });
  }
  for (CLI::App* sub : app.get_subcommands({})) refuse_negative_numbers(*sub);
}

// What was meant by the first word that nobody took.
std::string meant(const CLI::App& app, const std::string& word) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::vector<std::string> names;
  const bool is_option = word.starts_with('-');
  if (is_option) {
    for (const CLI::Option* option : at->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  } else {
    for (const CLI::App* sub : at->get_subcommands({})) {
      if (!sub->get_group().empty()) names.push_back(sub->get_name());
    }
  }
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  return fmt::format("there is no {} \"{}\"{}", is_option ? "option" : "subcommand", word,
                     candidates.empty() ? "" : provodka::tools::suggestion(word, candidates));
}

std::string usage_error(const CLI::App* app, const CLI::Error& error) {
  const auto left = app->remaining(true);
  const bool is_option = !left.empty() && left.front().starts_with('-');
  const bool is_word = error.get_name() == "ExtrasError" || error.get_name() == "RequiredError";
  std::string why = error.what();
  if (is_option || (is_word && !left.empty() && app->get_subcommands().empty()))
    why = meant(*app, left.front());
  return fmt::format("provodka: {}\nRun with --help for more information.\n", why);
}

// What was printed must have been taken.
int written(int code) {
  const bool complete = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (complete) return code;
  fmt::print(stderr, "provodka: the output cannot be written\n");
  return 2;
}

}  // namespace

#ifdef __SANITIZE_ADDRESS__
// libpqxx 6 loses the result of a query that failed with the connection.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }
#endif

int main(int argc, char** argv) {
  using namespace provodka::tools;
  CLI::App app{"provodka: the ledger of an internet provider", "provodka"};
  app.require_subcommand(1);
  app.set_version_flag("--version", PROVODKA_VERSION);
  add_serve(app);
  add_submit(app);
  add_import(app);
  add_replay(app);
  add_balances(app);
  add_runs(app);
  add_preview(app);
  add_verify(app);
  add_project(app);
  add_agent(app);
  add_devices(app);
  add_device(app);
  add_message(app);
  add_prove(app);
  add_verify_proof(app);
  add_export(app);
  add_schemas(app);
  add_mirror(app);
  add_sample(app);
  add_bench(app);
  add_load_client(app);
  refuse_negative_numbers(app);
  app.failure_message(usage_error);
  try {
    app.parse(argc, argv);
    return written(0);
  } catch (const CLI::ParseError& error) {
    return written(app.exit(error) == 0 ? 0 : 1);
  } catch (const Exit& exit) {
    return written(exit.code);
  } catch (const std::exception& error) {
    fmt::print(stderr, "provodka: {}\n", error.what());
    return 2;
  }
}
