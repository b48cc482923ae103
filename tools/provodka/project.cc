#include "adapters/server_source/server_source.h"
#include "ledger/log/directory_source.h"
#include "projections/runner/postgres.h"
#include "projections/runner/runner.h"
#include "projections/runner/status.h"
#include "tools/provodka/personal_data.h"
#include "tools/provodka/suggest.h"
#include "tools/provodka/terminal.h"

#include <pthread.h>
#include <signal.h>

namespace provodka::tools {
namespace {

struct Options {
  std::string data = "data";
  std::string from, postgres;
  std::vector<std::string> rebuild;
  bool status = false;
  Format format = Format::table;
};

// What the read models are made from.
struct Origin {
  std::unique_ptr<server_source::Server> server;  // where it is one
  std::unique_ptr<log::SubscriberKeys> keys;
  std::unique_ptr<log::EventSource> source;
  std::unique_ptr<projections::PersonalData> personal;
};

Origin origin_of(const Options& options) {
  Origin origin;
  if (!options.from.empty()) {
    origin.server = or_fail(server_source::Server::at(options.from), kRefused);
    origin.personal = std::make_unique<ServersData>(*origin.server);
    origin.source = std::make_unique<server_source::ServerSource>(
        *origin.server, [](const std::string& text) { fmt::print(stderr, "provodka: {}\n", text); });
    return origin;
  }
  auto source = or_fail(log::DirectorySource::open(options.data));
  origin.keys = or_fail(log::SubscriberKeys::open_reader(source->dir().subscriber_keys()));
  origin.personal = std::make_unique<KeyholderData>(*origin.keys);
  origin.source = std::move(source);
  return origin;
}

void show_status(const Options& options) {
  const auto statuses = or_fail(projections::read_status(options.postgres));
  Rows rows({{"projection"},
             {"state"},
             {"position", true},
             {"log", true},
             {"lag", true},
             {"lag_s", true},
             {"as_of"},
             {"rebuild", true},
             {"error"}});
  bool failed = false;
  for (const auto& s : statuses) {
    rows.add({s.projection, s.state, s.position, s.log_position, s.lag_events, s.lag_seconds, s.as_of,
              s.rebuild_position, s.error});
    failed |= s.state == "failed";
  }
  rows.print(options.format);
  if (failed) throw Exit{kFailed};
}

const projections::ProjectionKind& kind_named(const std::string& name) {
  if (const auto* kind = projections::find_projection(name)) return *kind;
  std::vector<std::string_view> names;
  for (const auto& kind : projections::all_projections()) names.emplace_back(kind.name);
  fail(kRefused, fmt::format("there is no projection {}{}", name, suggestion(name, names)));
}

void rebuild(const Options& options) {
  std::vector<const projections::ProjectionKind*> kinds;
  for (const std::string& name : options.rebuild) {
    if (name == "all") {
      for (const auto& kind : projections::all_projections()) kinds.push_back(&kind);
    } else {
      kinds.push_back(&kind_named(name));
    }
  }
  const Origin origin = origin_of(options);
  for (const auto* kind : kinds) {
    const auto began = std::chrono::steady_clock::now();
    Progress progress(std::string(kind->name), origin.source->last().value());
    Position reached;
    or_fail(projections::rebuild(*kind, projections::all_projections(), *origin.source, *origin.personal,
                                 options.postgres, [&](const projections::RebuildProgress& at) {
                                   reached = at.position;
                                   progress.at(at.position.value());
                                   return true;
                                 }));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    fmt::print("{:<16} rebuilt up to position {}   {:.1f} s\n", kind->name,
               grouped(reached.value(), is_terminal(1)), seconds);
    std::fflush(stdout);
  }
}

void follow(const Options& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const Origin origin = origin_of(options);
  projections::Runner runner(
      *origin.source, *origin.personal,
      {.postgres = options.postgres,
       .kinds = projections::all_projections(),
       .warn = [](const std::string& text) { fmt::print(stderr, "provodka: {}\n", text); }});
  fmt::print("projecting {}\n", origin.source->name());
  std::fflush(stdout);
  int number = 0;
  sigwait(&signals, &number);
}

void run(const Options& options) {
  if (options.postgres.empty())
    fail(kRefused, "--postgres is missing: a libpq URL such as postgresql:///provodka?host=/run/postgresql");
  if (options.status) return show_status(options);
  if (!options.rebuild.empty()) return rebuild(options);
  follow(options);
}

}  // namespace

void add_project(CLI::App& app) {
  auto* sub =
      app.add_subcommand("project", "Keeps the read models in Postgres, from a directory or a server");
  static Options options;
  auto* data = sub->add_option("--data", options.data, "The data directory")
                   ->envname("PROVODKA_DATA")
                   ->capture_default_str();
  sub->add_option("--from", options.from, "A server's URL, where the directory is out of reach")
      ->excludes(data);
  sub->add_option("--postgres", options.postgres,
                  "Where the read models are: a libpq URL or connection string")
      ->envname("PROVODKA_POSTGRES");
  sub->add_flag("--status", options.status, "Prints how far each read model is, and ends");
  sub->add_option("--rebuild", options.rebuild,
                  "Fills a read model anew beside the live one and swaps it in; or all");
  add_format(*sub, options.format);
  sub->footer(
      "Example: provodka project --data .run/data --postgres "
      "\"postgresql:///provodka?host=$PWD/.run/postgres\"");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
