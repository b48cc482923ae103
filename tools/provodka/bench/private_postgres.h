#pragma once

#include "ledger/core/result.h"

#include <memory>
#include <string>

namespace provodka::tools {

// A PostgreSQL of the bench's own in a directory below the present one, from the newest programs that
// Debian's packages left; stopped and deleted with the object.
class PrivatePostgres {
 public:
  static Result<std::unique_ptr<PrivatePostgres>> start();
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;

  // Runs a script as the superuser.
  bool sql(const std::string& text);
  std::string url() const { return "postgresql:///postgres?user=postgres&host=" + dir_; }

 private:
  explicit PrivatePostgres(std::string bin);
  std::string bin_, dir_, as_;
  bool started_ = false;
};

}  // namespace provodka::tools
