#pragma once

#include "adapters/kafka_source/kafka_source.h"
#include "ledger/core/result.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace provodka::tools {

// What is given of librdkafka's own settings.
struct KafkaSettings {
  std::vector<std::string> set;  // KEY=VALUE each
  std::string file;              // of such lines, and those that begin with #; empty: none
};

// --set and --settings, for which `needs` must be there, if it is given.
void add_kafka_settings(CLI::App&, KafkaSettings&, CLI::Option* needs = nullptr);

// All of them; --set has the last word. A fault names the line of the file, and never the value.
Result<std::map<std::string, std::string>> read_kafka_settings(const KafkaSettings&);

// The log as a mirror has copied it, for those who read it from Kafka.
struct KafkaOrigin {
  std::string brokers;  // empty: it is not read from there
  std::string prefix = "provodka", group;
  KafkaSettings settings;
};

// --kafka, which is returned, --prefix, --group, --set and --settings.
CLI::Option* add_kafka_origin(CLI::App&, KafkaOrigin&, const std::string& role);

// Refuses bad settings; whether Kafka is there shows later. Without --group the name of the group is
// <prefix>-`role`, and <prefix>-`role`-<tenant> for one tenant alone: those of two tenants are not each
// other's stand-ins.
Result<std::unique_ptr<kafka::KafkaSource>> open_kafka_origin(const KafkaOrigin&, const std::string& role,
                                                              const std::string& tenant);

}  // namespace provodka::tools
