#include "adapters/kafka_mirror/mirror.h"
#include "commands/http/server.h"
#include "ledger/engine/engine_source.h"
#include "projections/reader/view_reader.h"
#include "projections/runner/runner.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/config.h"
#include "tools/provodka/engine_sink.h"
#include "tools/provodka/notify.h"
#include "tools/provodka/personal_data.h"
#include "tools/provodka/terminal.h"

#include <pthread.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace provodka::tools {
namespace {

struct Flags {
  std::optional<std::string> data, listen, clock, postgres, kafka, agents;
  std::string config;
  bool confirm_clock = false;
};

Config config_of(const Flags& flags) {
  Config config;
  if (!flags.config.empty()) or_fail(read_config_file(flags.config, config), kRefused);
  or_fail(read_config_environment(config), kRefused);
  if (flags.data) or_fail(set_flag("data", *flags.data, config), kRefused);
  if (flags.listen) or_fail(set_flag("listen", *flags.listen, config), kRefused);
  if (flags.clock) or_fail(set_flag("clock", *flags.clock, config), kRefused);
  if (flags.postgres) or_fail(set_flag("postgres", *flags.postgres, config), kRefused);
  if (flags.kafka) or_fail(set_flag("kafka", *flags.kafka, config), kRefused);
  if (flags.agents) or_fail(set_flag("agents", *flags.agents, config), kRefused);
  return config;
}

engine::EngineOptions engine_options(const Config& config, const Flags& flags,
                                     std::function<void(std::string)> warn) {
  engine::EngineOptions options;
  options.data = config.data;
  options.confirm_clock = flags.confirm_clock;
  options.clock_jump_limit_s = static_cast<int64_t>(config.engine_clock_jump_limit_s);
  options.snapshot_every_events = config.engine_snapshot_every_events;
  options.tail_bytes = config.engine_tail_mb << 20;
  options.scrub_bytes_per_second = config.engine_scrub_mb_per_second << 20;
  options.warn = std::move(warn);
  if (!config.clock.empty()) {
    options.clock = std::make_unique<engine::SettableClock>(or_fail(parse_clock(config.clock), kRefused));
  }
  return options;
}

// Follows the engine from a thread of its own: nothing that the server does waits for Kafka.
std::unique_ptr<kafka::Mirror> start_mirror(const Config& config, log::EventSource& source,
                                            std::function<void(std::string)> warn) {
  if (config.kafka_brokers.empty()) return nullptr;
  return or_fail(kafka::Mirror::start(source, {.brokers = config.kafka_brokers,
                                               .prefix = config.kafka_prefix,
                                               .partitions = static_cast<int>(config.kafka_partitions),
                                               .replication = static_cast<int>(config.kafka_replication),
                                               .settings = config.kafka_settings,
                                               .warn = std::move(warn)}),
                 kRefused);
}

// The agents that run here. They follow the engine and give it commands as those outside do over HTTP, on
// threads of their own: one that fails says so, and the server goes on.
class Agents {
 public:
  Agents(const Config& config, engine::Engine& engine, const std::function<void(const std::string&)>& warn)
      : devices_source_(engine),
        notify_source_(engine),
        credentials_(engine.subscriber_keys()),
        reports_(engine, "agent/devices"),
        messages_(engine, "agent/notify") {
    if (has_agent(config, "notify"))
      notifier_.emplace(notify_source_, engine.subscriber_keys(), messages_, notify_options(config), warn);
    if (has_agent(config, "devices"))
      devices_.emplace(devices_source_, credentials_, reports_,
                       agent_options({.tenant = config.devices_tenant,
                                      .every_s = static_cast<double>(config.devices_every_s),
                                      .pause_max_s = static_cast<double>(config.devices_pause_max_s),
                                      .timeout_s = static_cast<double>(config.devices_timeout_s)},
                                     config.data, warn));
  }

 private:
  static NotifyOptions notify_options(const Config& config) {
    const auto number = [](uint64_t value) { return static_cast<uint32_t>(value); };
    return {.tenant = config.notify_tenant,
            .modem = config.notify_modem,
            .modem_user = config.notify_modem_user,
            .modem_password_file = config.notify_modem_password_file,
            .telegram = config.notify_telegram,
            .telegram_token_file = config.notify_telegram_token_file,
            .telegram_authority_file = config.notify_telegram_authority_file,
            .sms_per_minute = number(config.notify_sms_per_minute),
            .telegram_per_second = number(config.notify_telegram_per_second),
            .modem_settle_s = number(config.notify_modem_settle_s),
            .modem_poll_ms = number(config.notify_modem_poll_ms),
            .channel_away_s = number(config.notify_channel_away_s),
            .telegram_poll_s = number(config.notify_telegram_poll_s)};
  }

  engine::EngineSource devices_source_, notify_source_;
  KeyholderCredentials credentials_;
  EngineSink reports_;
  EngineNotifySink messages_;
  std::optional<Notifier> notifier_;
  std::optional<device_agent::Agent> devices_;
};

void serve(const Flags& flags) {
  const Config config = config_of(flags);
  const HostPort listen = or_fail(parse_listen(config.listen), kRefused);
  // Signals are taken by waiting for them here, so no thread is interrupted anywhere.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  // A file that may not grow is a failed write like any other, not the end of the process.
  signal(SIGXFSZ, SIG_IGN);

  const auto log = spdlog::stderr_color_mt("provodka");
  log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
  const auto warn = [log](const std::string& text) { log->warn("{}", text); };
  auto engine = or_fail(engine::Engine::open(engine_options(config, flags, warn)));
  std::optional<projections::ViewReader> views;
  if (!config.postgres.empty()) views.emplace(projections::ViewReaderOptions{.postgres = config.postgres});
  auto server =
      or_fail(http::Server::start(*engine,
                                  {.host = listen.host,
                                   .port = listen.port,
                                   .threads = static_cast<unsigned>(config.server_threads),
                                   .body_bytes_max = config.server_body_mb_max << 20,
                                   .idle_timeout = std::chrono::seconds(config.server_idle_timeout_s),
                                   .request_timeout = std::chrono::seconds(config.server_request_timeout_s),
                                   .stop_timeout = std::chrono::seconds(config.server_stop_timeout_s),
                                   .connections_max = config.server_connections_max,
                                   .warn = warn},
                                  views ? &*views : nullptr));
  engine::EngineSource source(*engine);
  KeyholderData personal(engine->subscriber_keys());
  std::optional<projections::Runner> projector;
  if (!config.postgres.empty()) {
    projector.emplace(
        source, personal,
        projections::RunnerOptions{
            .postgres = config.postgres, .kinds = projections::all_projections(), .warn = warn});
  }
  engine::EngineSource mirrored(*engine);
  auto mirror = start_mirror(config, mirrored, warn);
  std::optional<Agents> agents(std::in_place, config, *engine, warn);
  fmt::print("ready {}\n", server->url());
  std::fflush(stdout);
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  server->stop();
  server.reset();
  agents.reset();
  projector.reset();
  mirror.reset();
  engine.reset();
}

}  // namespace

void add_serve(CLI::App& app) {
  auto* sub = app.add_subcommand("serve", "Takes commands over HTTP and keeps the ledger");
  static Flags flags;
  sub->add_option("--data", flags.data, "The data directory (default: data)");
  sub->add_option("--listen", flags.listen,
                  "HOST:PORT on the loopback; port 0 takes a free one (default: 127.0.0.1:8080)");
  sub->add_option("--config", flags.config, "A provodka.toml");
  sub->add_option("--clock", flags.clock, "A settable clock that starts at this instant (RFC 3339)");
  sub->add_option("--postgres", flags.postgres,
                  "Keeps the read models there: a libpq URL or connection string");
  sub->add_option("--kafka", flags.kafka, "Mirror the log to these brokers, HOST:PORT, several with commas");
  sub->add_option("--agents", flags.agents,
                  "Agents that run in the server: devices, notify, or both with a comma");
  sub->add_flag("--confirm-clock", flags.confirm_clock,
                "The system's clock is right although it stands behind the log");
  sub->footer("Example: provodka serve --data /var/lib/provodka --listen 127.0.0.1:8080");
  sub->callback([] { serve(flags); });
}

}  // namespace provodka::tools
