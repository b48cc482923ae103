#pragma once

#include <string>

namespace provodka::tools {

// The broker that was named, or one of the bench's own that tools/kafka/start runs in `dir` for as long as
// this lives. Throws where it does not start.
class PrivateBroker {
 public:
  PrivateBroker(const std::string& given, const std::string& dir);
  ~PrivateBroker();
  PrivateBroker(const PrivateBroker&) = delete;

  const std::string& address() const { return address_; }

 private:
  std::string address_, dir_;
};

}  // namespace provodka::tools
