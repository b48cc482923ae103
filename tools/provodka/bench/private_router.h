#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace provodka::tools {

// An emulated router of the bench's own, from tests/support below the present directory; ended with the
// object. Throws where it does not start.
class PrivateRouter {
 public:
  PrivateRouter();
  ~PrivateRouter();
  PrivateRouter(const PrivateRouter&) = delete;

  std::string address() const { return said_.at("ready"); }
  // Posts a document to its control port.
  void control(std::string_view path, std::string_view body) const;

 private:
  pid_t process_ = -1;
  std::map<std::string, std::string> said_;
};

}  // namespace provodka::tools
