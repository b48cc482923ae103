#include "tools/provodka/bench/private_broker.h"

#include <cstdio>
#include <stdexcept>

namespace provodka::tools {
namespace {

std::string first_line(const std::string& command) {
  FILE* const out = ::popen(command.c_str(), "r");
  if (!out) throw std::runtime_error("cannot run " + command);
  char line[256] = "";
  if (!std::fgets(line, sizeof line, out)) line[0] = '\0';
  ::pclose(out);
  std::string text(line);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

PrivateBroker::PrivateBroker(const std::string& given, const std::string& dir) : address_(given) {
  if (!given.empty()) return;
  dir_ = dir;
  address_ = first_line("tools/kafka/start '" + dir + "'");
  if (!address_.starts_with("ready "))
    throw std::runtime_error("no broker: name one with --kafka, or stand at the top of the repository");
  address_.erase(0, 6);
}

PrivateBroker::~PrivateBroker() {
  if (!dir_.empty()) first_line("tools/kafka/start --stop '" + dir_ + "'");
}

}  // namespace provodka::tools
