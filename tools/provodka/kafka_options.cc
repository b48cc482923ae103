#include "tools/provodka/kafka_options.h"

namespace provodka::tools {

Result<std::map<std::string, std::string>> parse_kafka_settings(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> settings;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    // The value may be a password, so that a wrong one is not repeated.
    if (equals == 0 || equals == std::string::npos)
      return refusal("KEY=VALUE is expected, such as security.protocol=ssl");
    settings[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return settings;
}

void add_kafka_origin(CLI::App& sub, KafkaOrigin& origin, const std::string& role) {
  auto* brokers = sub.add_option("--kafka", origin.brokers,
                                 "Read the log from these brokers, HOST:PORT, several with commas, where "
                                 "provodka mirror copies it to; the keys are still those of --data");
  sub.add_option("--prefix", origin.prefix, "With --kafka: of the mirror's topics")
      ->needs(brokers)
      ->capture_default_str();
  sub.add_option("--group", origin.group,
                 fmt::format("With --kafka: the consumer group, of which one member works and the others "
                             "stand by (default: PREFIX-{})",
                             role))
      ->needs(brokers);
  sub.add_option("--set", origin.settings,
                 "With --kafka: KEY=VALUE for librdkafka, such as security.protocol=ssl; repeats")
      ->needs(brokers);
}

Result<std::unique_ptr<kafka::KafkaSource>> open_kafka_origin(const KafkaOrigin& origin,
                                                              const std::string& role) {
  auto settings = parse_kafka_settings(origin.settings);
  if (!settings) return std::unexpected(settings.error());
  return kafka::KafkaSource::open(
      {.brokers = origin.brokers,
       .prefix = origin.prefix,
       .group = origin.group.empty() ? fmt::format("{}-{}", origin.prefix, role) : origin.group,
       .settings = std::move(*settings)});
}

}  // namespace provodka::tools
