#include "tools/provodka/kafka_options.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace provodka::tools {
namespace {

// The value may be a password, so that a wrong one is not repeated.
bool add_setting(std::string_view text, std::map<std::string, std::string>& settings) {
  const size_t equals = text.find('=');
  if (equals == 0 || equals == std::string_view::npos) return false;
  settings[std::string(text.substr(0, equals))] = text.substr(equals + 1);
  return true;
}

Result<void> read_file(const std::string& path, std::map<std::string, std::string>& settings) {
  std::ifstream in(path);
  if (!in) return refusal("{}: {}", path, std::strerror(errno));
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    if (!add_setting(line, settings))
      return refusal("{}:{}: KEY=VALUE is expected, such as security.protocol=ssl", path, number);
  }
  if (in.bad()) return refusal("{}: {}", path, std::strerror(errno));
  return {};
}

}  // namespace

void add_kafka_settings(CLI::App& sub, KafkaSettings& settings, CLI::Option* needs) {
  const std::string when = needs ? "With --kafka: " : "";
  auto* const set = sub.add_option("--set", settings.set,
                                   when + "KEY=VALUE for librdkafka, such as security.protocol=ssl; repeats");
  auto* const file =
      sub.add_option("--settings", settings.file,
                     when + "A file of such lines: for passwords, as who is on the machine sees --set");
  if (!needs) return;
  set->needs(needs);
  file->needs(needs);
}

Result<std::map<std::string, std::string>> read_kafka_settings(const KafkaSettings& given) {
  std::map<std::string, std::string> settings;
  if (!given.file.empty()) {
    if (const auto read = read_file(given.file, settings); !read) return std::unexpected(read.error());
  }
  for (const std::string& text : given.set) {
    if (!add_setting(text, settings))
      return refusal("--set: KEY=VALUE is expected, such as security.protocol=ssl");
  }
  return settings;
}

CLI::Option* add_kafka_origin(CLI::App& sub, KafkaOrigin& origin, const std::string& role) {
  auto* brokers = sub.add_option("--kafka", origin.brokers,
                                 "Read the log from these brokers, HOST:PORT, several with commas, where "
                                 "provodka mirror copies it to; the keys are still those of --data");
  sub.add_option("--prefix", origin.prefix, "With --kafka: of the mirror's topics")
      ->needs(brokers)
      ->capture_default_str();
  sub.add_option("--group", origin.group,
                 fmt::format("With --kafka: the consumer group, of which one member works and the others "
                             "stand by (default: PREFIX-{0}, or PREFIX-{0}-TENANT where one is named)",
                             role))
      ->needs(brokers);
  add_kafka_settings(sub, origin.settings, brokers);
  return brokers;
}

Result<std::unique_ptr<kafka::KafkaSource>> open_kafka_origin(const KafkaOrigin& origin,
                                                              const std::string& role,
                                                              const std::string& tenant) {
  auto settings = read_kafka_settings(origin.settings);
  if (!settings) return std::unexpected(settings.error());
  std::string group = origin.group;
  if (group.empty()) {
    group = fmt::format("{}-{}", origin.prefix, role);
    if (!tenant.empty()) group += "-" + tenant;
  }
  return kafka::KafkaSource::open({.brokers = origin.brokers,
                                   .prefix = origin.prefix,
                                   .group = std::move(group),
                                   .settings = std::move(*settings)});
}

}  // namespace provodka::tools
