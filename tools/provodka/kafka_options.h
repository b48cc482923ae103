#pragma once

#include "adapters/kafka_source/kafka_source.h"
#include "ledger/core/result.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace provodka::tools {

// KEY=VALUE each, as --set takes them.
Result<std::map<std::string, std::string>> parse_kafka_settings(const std::vector<std::string>&);

// The log as a mirror has copied it, for those who read it from Kafka.
struct KafkaOrigin {
  std::string brokers;  // empty: it is not read from there
  std::string prefix = "provodka", group;
  std::vector<std::string> settings;
};

// --kafka, --prefix, --group and --set; without --group it is named <prefix>-`role`.
void add_kafka_origin(CLI::App&, KafkaOrigin&, const std::string& role);

// Refuses bad settings; whether Kafka is there shows later.
Result<std::unique_ptr<kafka::KafkaSource>> open_kafka_origin(const KafkaOrigin&, const std::string& role);

}  // namespace provodka::tools
