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
};

// Reads a file over what is there. An unknown key, a bad value or bad TOML is a fault that names file and
// line.
Result<void> read_config_file(const std::string& path, Config&);

// Reads PROVODKA_DATA, PROVODKA_LISTEN, PROVODKA_SERVER_THREADS and so on. An unknown PROVODKA_… name is left
// alone, a bad value is a fault.
Result<void> read_config_environment(Config&);

// Takes --data, --listen, --clock, --postgres or --kafka. A bad value is a fault.
Result<void> set_flag(std::string_view key, const std::string& value, Config&);

// Where a settable clock starts.
Result<Instant> parse_clock(const std::string& text);

// HOST:PORT, with brackets around an IPv6 address.
struct HostPort {
  std::string host;
  uint16_t port;
};
Result<HostPort> parse_listen(const std::string& text);

}  // namespace provodka::tools
