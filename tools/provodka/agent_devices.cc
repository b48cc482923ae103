#include "ledger/log/data_dir.h"
#include "tools/provodka/agent_origin.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/agents.h"
#include "tools/provodka/terminal.h"

#include <pthread.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace provodka::tools {
namespace {

struct Options : DevicesOptions {
  AgentOrigin origin;
  std::string url;
};

constexpr const char* kRole = "devices";

void run_devices(const Options& options) {
  if (options.url.empty())
    fail(kRefused,
         "--url is missing: the server that results are reported to, such as http://127.0.0.1:8080");
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const auto log = spdlog::stderr_color_mt("provodka");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  const auto warn = [log](const std::string& text) { log->warn("{}", text); };
  const Url url = or_fail(Url::parse(options.url), kRefused);
  const std::string& data = options.origin.data;
  const auto keys =
      or_fail(log::SubscriberKeys::open_reader(or_fail(log::DataDir::look(data)).subscriber_keys()));
  auto how = agent_options(options, data, warn);
  const AgentSource opened = open_agent_source(options.origin, kRole, options.tenant);
  log::EventSource& source = *opened.source;
  // Of a group the one that is at work says how routers are.
  if (const auto* const kafka = dynamic_cast<const kafka::KafkaSource*>(&source)) {
    how.on_status = [kafka, write = std::move(how.on_status)](const std::string& json) {
      if (!kafka->stands_by()) write(json);
    };
  }
  KeyholderCredentials credentials(*keys);
  ServerSink sink(url, "agent/devices");
  device_agent::Agent agent(source, credentials, sink, std::move(how));
  fmt::print("following {}, reporting to {}\n", source.name(), url.text);
  std::fflush(stdout);
  int number = 0;
  sigwait(&signals, &number);
}

}  // namespace

void add_agent_devices(CLI::App& agent) {
  auto* sub = agent.add_subcommand("devices", "Keeps routers in step with the wanted state of access points");
  static Options options;
  add_agent_origin(*sub, options.origin, kRole);
  sub->add_option("--url", options.url, "The server that results are reported to")->envname("PROVODKA_URL");
  sub->add_option("--tenant", options.tenant, "The routers of this tenant alone");
  sub->add_option("--every", options.every_s, "Seconds between two comparisons with all of a router")
      ->check(CLI::Range(0.1, 86'400.0))
      ->capture_default_str();
  sub->add_option("--pause-max", options.pause_max_s, "Most seconds between two attempts to reach a router")
      ->check(CLI::Range(0.1, 3'600.0))
      ->capture_default_str();
  sub->add_option("--timeout", options.timeout_s, "Seconds that a router may take for an answer")
      ->check(CLI::Range(0.1, 300.0))
      ->capture_default_str();
  sub->footer("Example: provodka agent devices --data .run/data --url http://127.0.0.1:8080");
  sub->callback([] { run_devices(options); });
}

}  // namespace provodka::tools
