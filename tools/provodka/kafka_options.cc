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

}  // namespace provodka::tools
