#pragma once

#include "ledger/core/date.h"
#include "ledger/core/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace provodka::tools {

// The settings of `serve`: built-in, then the file, then PROVODKA_… variables, then flags, the later winning.
// tools/provodka/provodka.toml is the sample that documents each.
struct Config {
  std::string data = "data";
  std::string listen = "127.0.0.1:8080";
  std::string clock;     // empty: the system's
  std::string postgres;  // where the read models are; empty: nowhere
  std::string agents;    // that run in the server: devices, notify, with commas
  uint64_t server_threads = 1;
  uint64_t server_connections_max = 4096;
  uint64_t server_body_mb_max = 64;
  uint64_t server_idle_timeout_s = 75;
  uint64_t server_request_timeout_s = 30;
  uint64_t server_stop_timeout_s = 10;
  uint64_t engine_snapshot_every_events = 2'000'000;
  uint64_t engine_tail_mb = 64;
  uint64_t engine_clock_jump_limit_s = 600;
  uint64_t engine_scrub_mb_per_second = 16;
  std::string kafka_brokers;  // empty: no mirror
  std::string kafka_prefix = "provodka";
  uint64_t kafka_partitions = 12;
  uint64_t kafka_replication = 1;
  std::map<std::string, std::string> kafka_settings;  // librdkafka's own
  std::string devices_tenant;
  uint64_t devices_every_s = 300;
  uint64_t devices_pause_max_s = 30;
  uint64_t devices_timeout_s = 10;
  std::string notify_tenant;
  std::string notify_modem, notify_modem_user = "admin", notify_modem_password_file;
  uint64_t notify_modem_settle_s = 60;
  uint64_t notify_modem_poll_ms = 500;
  std::string notify_telegram = "https://api.telegram.org";
  std::string notify_telegram_token_file, notify_telegram_authority_file;
  uint64_t notify_telegram_poll_s = 50;
  uint64_t notify_sms_per_minute = 10;
  uint64_t notify_telegram_per_second = 25;
  uint64_t notify_channel_away_s = 300;
};

// Reads a file over what is there. An unknown key, a bad value or bad TOML is a fault that names file and
// line.
Result<void> read_config_file(const std::string& path, Config&);

// Reads PROVODKA_DATA, PROVODKA_LISTEN, PROVODKA_SERVER_THREADS and so on. An unknown PROVODKA_… name is left
// alone, a bad value is a fault.
Result<void> read_config_environment(Config&);

// Takes --data, --listen, --clock, --postgres, --agents or --kafka. A bad value is a fault.
Result<void> set_flag(std::string_view key, const std::string& value, Config&);

// Whether an agent of this name runs in the server.
bool has_agent(const Config&, std::string_view name);

// Where a settable clock starts.
Result<Instant> parse_clock(const std::string& text);

// HOST:PORT, with brackets around an IPv6 address.
struct HostPort {
  std::string host;
  uint16_t port;
};
Result<HostPort> parse_listen(const std::string& text);

}  // namespace provodka::tools
