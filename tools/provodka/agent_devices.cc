#include "adapters/device_agent/agent.h"
#include "ledger/log/directory_source.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/agents.h"
#include "tools/provodka/terminal.h"

#include <filesystem>

#include <pthread.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace provodka::tools {
namespace {

struct Options {
  std::string data = "data";
  std::string url, tenant;
  double every_s = 300, pause_max_s = 30, timeout_s = 10;
};

std::chrono::milliseconds ms_of(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

device_agent::AgentOptions agent_options(const Options& options, std::function<void(std::string)> warn) {
  device_agent::AgentOptions agent;
  agent.tenant = options.tenant;
  agent.worker.reconcile_every = ms_of(options.every_s);
  agent.worker.pause_max = ms_of(options.pause_max_s);
  agent.worker.pause_min = std::min(agent.worker.pause_min, agent.worker.pause_max);
  agent.worker.router.command_timeout = ms_of(options.timeout_s);
  agent.worker.router.silence_timeout = ms_of(options.timeout_s);
  agent.worker.router.connect_timeout = ms_of(options.timeout_s);
  agent.worker.probe_every = ms_of(options.timeout_s);
  const std::string status = device_status_file(options.data);
  agent.on_status = [status, warn, told = false](const std::string& json) mutable {
    const auto written = replace_file(status, json);
    if (!written && !told) warn(written.error().what);
    told = !written;
  };
  agent.warn = std::move(warn);
  return agent;
}

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
  const auto source = or_fail(log::DirectorySource::open(options.data));
  const auto keys = or_fail(log::SubscriberKeys::open_reader(source->dir().subscriber_keys()));
  std::error_code ignored;
  std::filesystem::create_directories(options.data + "/agent", ignored);
  KeyholderCredentials credentials(*keys);
  ServerSink sink(url, "agent/devices");
  device_agent::Agent agent(*source, credentials, sink, agent_options(options, warn));
  fmt::print("following {}, reporting to {}\n", source->name(), url.text);
  std::fflush(stdout);
  int number = 0;
  sigwait(&signals, &number);
}

}  // namespace

void add_agent_devices(CLI::App& agent) {
  auto* sub = agent.add_subcommand("devices", "Keeps routers in step with the wanted state of access points");
  static Options options;
  sub->add_option("--data", options.data, "The data directory: the log and the keys")
      ->envname("PROVODKA_DATA")
      ->capture_default_str();
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
