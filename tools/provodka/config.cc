#include "tools/provodka/config.h"

#include "commands/http/server.h"
#include "tools/provodka/suggest.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <ranges>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <toml++/toml.h>

namespace provodka::tools {
namespace {

struct Number {
  uint64_t Config::* member;
  uint64_t least, most;
};

struct Text {
  std::string Config::* member;
  Result<void> (*check)(const std::string&);
};

struct Setting {
  std::string_view section, key;
  std::variant<Text, Number> target;
};

Result<void> check_data(const std::string& text) {
  if (text.empty()) return fault("data is empty: a directory is expected");
  return {};
}

Result<void> check_listen(const std::string& text) {
  const auto listen = parse_listen(text);
  if (!listen) return std::unexpected(listen.error());
  return http::Server::check_host(listen->host);
}

Result<void> check_clock(const std::string& text) {
  if (text.empty()) return {};
  const auto clock = parse_clock(text);
  if (!clock) return std::unexpected(clock.error());
  return {};
}

Result<void> check_any(const std::string&) { return {}; }

constexpr std::array<std::string_view, 2> kAgents{"devices", "notify"};

std::vector<std::string_view> agents_in(std::string_view text) {
  std::vector<std::string_view> names;
  for (const auto part : std::views::split(text, ',')) names.emplace_back(part.begin(), part.end());
  return names;
}

Result<void> check_agents(const std::string& text) {
  if (text.empty()) return {};
  for (const std::string_view name : agents_in(text)) {
    if (std::ranges::find(kAgents, name) == kAgents.end())
      return fault("agents is \"{}\": devices, notify or both with a comma are expected{}", text,
                   suggestion(name, std::vector<std::string_view>(kAgents.begin(), kAgents.end())));
  }
  return {};
}

// What Kafka allows in the name of a topic.
Result<void> check_prefix(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; };
  if (text.empty() || text.size() > 200 || !std::ranges::all_of(text, allowed))
    return fault("kafka.prefix is \"{}\": letters, digits, dots, underscores and hyphens are expected", text);
  return {};
}

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = {
      {"", "data", Text{&Config::data, check_data}},
      {"", "listen", Text{&Config::listen, check_listen}},
      {"", "clock", Text{&Config::clock, check_clock}},
      {"", "postgres", Text{&Config::postgres, [](const std::string&) -> Result<void> { return {}; }}},
      {"", "agents", Text{&Config::agents, check_agents}},
      {"server", "threads", Number{&Config::server_threads, 1, 64}},
      {"server", "connections_max", Number{&Config::server_connections_max, 1, 1'000'000}},
      {"server", "body_mb_max", Number{&Config::server_body_mb_max, 1, 4096}},
      {"server", "idle_timeout_s", Number{&Config::server_idle_timeout_s, 1, 86'400}},
      {"server", "request_timeout_s", Number{&Config::server_request_timeout_s, 1, 86'400}},
      {"server", "stop_timeout_s", Number{&Config::server_stop_timeout_s, 0, 3'600}},
      {"engine", "snapshot_every_events",
       Number{&Config::engine_snapshot_every_events, 1'000, 1'000'000'000}},
      {"engine", "tail_mb", Number{&Config::engine_tail_mb, 1, 65'536}},
      {"engine", "clock_jump_limit_s", Number{&Config::engine_clock_jump_limit_s, 1, 31'536'000}},
      {"engine", "scrub_mb_per_second", Number{&Config::engine_scrub_mb_per_second, 0, 10'000}},
      {"kafka", "brokers", Text{&Config::kafka_brokers, check_any}},
      {"kafka", "prefix", Text{&Config::kafka_prefix, check_prefix}},
      {"kafka", "partitions", Number{&Config::kafka_partitions, 1, 10'000}},
      {"kafka", "replication", Number{&Config::kafka_replication, 1, 15}},
      {"devices", "tenant", Text{&Config::devices_tenant, check_any}},
      {"devices", "every_s", Number{&Config::devices_every_s, 1, 86'400}},
      {"devices", "pause_max_s", Number{&Config::devices_pause_max_s, 1, 3'600}},
      {"devices", "timeout_s", Number{&Config::devices_timeout_s, 1, 300}},
      {"notify", "tenant", Text{&Config::notify_tenant, check_any}},
      {"notify", "gammu", Text{&Config::notify_gammu, check_any}},
      {"notify", "modem", Text{&Config::notify_modem, check_any}},
      {"notify", "modem_user", Text{&Config::notify_modem_user, check_any}},
      {"notify", "modem_password_file", Text{&Config::notify_modem_password_file, check_any}},
      {"notify", "modem_settle_s", Number{&Config::notify_modem_settle_s, 1, 3'600}},
      {"notify", "modem_poll_ms", Number{&Config::notify_modem_poll_ms, 1, 60'000}},
      {"notify", "telegram", Text{&Config::notify_telegram, check_any}},
      {"notify", "telegram_token_file", Text{&Config::notify_telegram_token_file, check_any}},
      {"notify", "telegram_authority_file", Text{&Config::notify_telegram_authority_file, check_any}},
      {"notify", "telegram_poll_s", Number{&Config::notify_telegram_poll_s, 1, 300}},
      {"notify", "telegram_timeout_s", Number{&Config::notify_telegram_timeout_s, 1, 300}},
      {"notify", "sms_reports_s", Number{&Config::notify_sms_reports_s, 0, 3'600}},
      {"notify", "sms_per_minute", Number{&Config::notify_sms_per_minute, 0, 6'000}},
      {"notify", "telegram_per_second", Number{&Config::notify_telegram_per_second, 0, 1'000}},
      {"notify", "channel_away_s", Number{&Config::notify_channel_away_s, 1, 86'400}},
  };
  return all;
}

std::string full_name(std::string_view section, std::string_view key) {
  return section.empty() ? std::string(key) : fmt::format("{}.{}", section, key);
}

std::string unknown_key(std::string_view name) {
  std::vector<std::string> names;
  for (const Setting& s : settings()) names.push_back(full_name(s.section, s.key));
  return fmt::format("unknown key \"{}\"{}", name,
                     suggestion(name, std::vector<std::string_view>(names.begin(), names.end())));
}

const Setting* find(std::string_view section, std::string_view key) {
  for (const Setting& s : settings()) {
    if (s.section == section && s.key == key) return &s;
  }
  return nullptr;
}

Result<void> set_text(const Text& text, const std::string& value, Config& config) {
  if (const auto checked = text.check(value); !checked) return checked;
  config.*text.member = value;
  return {};
}

Result<void> set_number(const Number& number, int64_t value, std::string_view name, Config& config) {
  if (value < 0 || static_cast<uint64_t>(value) < number.least ||
      static_cast<uint64_t>(value) > number.most) {
    return fault("{} is {}: {} to {} is allowed", name, value, number.least, number.most);
  }
  config.*number.member = static_cast<uint64_t>(value);
  return {};
}

// librdkafka has a few hundred settings, and checks them itself.
Result<void> read_kafka_settings(const toml::node& node, Config& config) {
  const auto* table = node.as_table();
  if (!table) return fault("[kafka.settings] is a table of librdkafka's settings");
  for (const auto& [key, value] : *table) {
    const auto* text = value.as_string();
    if (!text) return fault("kafka.settings: \"{}\" is a text in quotes", key.str());
    config.kafka_settings[std::string(key.str())] = text->get();
  }
  return {};
}

Result<void> read_value(std::string_view section, std::string_view key, const toml::node& node,
                        Config& config) {
  const std::string name = full_name(section, key);
  if (name == "kafka.settings") return read_kafka_settings(node, config);
  const Setting* setting = find(section, key);
  if (!setting) return fault("{}", unknown_key(name));
  if (const auto* text = std::get_if<Text>(&setting->target)) {
    const auto* value = node.as_string();
    if (!value) return fault("{} is a text in quotes", name);
    return set_text(*text, value->get(), config);
  }
  const auto* value = node.as_integer();
  if (!value) return fault("{} is a whole number", name);
  return set_number(std::get<Number>(setting->target), value->get(), name, config);
}

}  // namespace

Result<void> read_config_file(const std::string& path, Config& config) {
  toml::table table;
  try {
    table = toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    if (error.source().begin.line == 0) return fault("{}: {}", path, error.description());
    return fault("{}:{}: {}", path, error.source().begin.line, error.description());
  }
  const auto at = [&](const toml::key& key, const Result<void>& result) -> Result<void> {
    if (result) return result;
    return fault("{}:{}: {}", path, key.source().begin.line, result.error().what);
  };
  for (const auto& [key, node] : table) {
    const auto* section = node.as_table();
    if (!section) {
      if (const auto read = at(key, read_value("", key.str(), node, config)); !read) return read;
      continue;
    }
    const bool known =
        std::ranges::any_of(settings(), [&](const Setting& s) { return s.section == key.str(); });
    if (!known)
      return at(key,
                fault("unknown section [{}]; there are [server], [engine], [kafka], [devices] and [notify]",
                      key.str()));
    for (const auto& [inner_key, inner] : *section) {
      if (const auto read = at(inner_key, read_value(key.str(), inner_key.str(), inner, config)); !read)
        return read;
    }
  }
  return {};
}

Result<void> read_config_environment(Config& config) {
  for (const Setting& setting : settings()) {
    std::string name = "PROVODKA_" + full_name(setting.section, setting.key);
    std::ranges::transform(name, name.begin(), [](unsigned char c) {
      return c == '.' ? '_' : static_cast<char>(std::toupper(c));
    });
    const char* value = std::getenv(name.c_str());
    if (!value) continue;
    if (const auto* text = std::get_if<Text>(&setting.target)) {
      if (const auto set = set_text(*text, value, config); !set)
        return fault("{}: {}", name, set.error().what);
      continue;
    }
    int64_t number = 0;
    const std::string_view text = value;
    const auto [past, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || past != text.data() + text.size())
      return fault("{}={}: a whole number is expected", name, text);
    if (const auto set = set_number(std::get<Number>(setting.target), number, name, config); !set) return set;
  }
  return {};
}

Result<void> set_flag(std::string_view key, const std::string& value, Config& config) {
  const Setting* setting = key == "kafka" ? find("kafka", "brokers") : find("", key);
  const auto set = set_text(std::get<Text>(setting->target), value, config);
  if (!set) return fault("--{}: {}", key, set.error().what);
  return {};
}

bool has_agent(const Config& config, std::string_view name) {
  const auto names = agents_in(config.agents);
  return std::ranges::find(names, name) != names.end();
}

Result<Instant> parse_clock(const std::string& text) {
  const auto start = Instant::parse(text);
  if (!start) return fault("clock is \"{}\": an instant as in RFC 3339 is expected", text);
  if (!has_local_dates(*start))
    return fault("clock is \"{}\": an instant from 0001-01-03 to 9999-12-29 is expected", text);
  return *start;
}

Result<HostPort> parse_listen(const std::string& text) {
  const size_t colon = text.rfind(':');
  uint64_t port = 65'536;
  if (colon != std::string::npos) {
    const auto [past, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    if (error != std::errc() || past != text.data() + text.size() || colon + 1 == text.size()) port = 65'536;
  }
  if (port > 65'535) return fault("listen is \"{}\": HOST:PORT is expected, such as 127.0.0.1:8080", text);
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return HostPort{host, static_cast<uint16_t>(port)};
}

}  // namespace provodka::tools
