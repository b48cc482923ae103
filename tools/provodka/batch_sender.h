#pragma once

#include "tools/provodka/http_client.h"

#include <functional>
#include <memory>
#include <string>

namespace provodka::tools {

// What the server answered to one line.
struct LineResult {
  unsigned status = 0;  // 201 recorded, 200 was there already, else rejected
  std::string code, detail, pointer;

  bool is_recorded() const { return status == 201; }
  bool is_repeated() const { return status == 200; }
};

// Sends commands in their order through POST /v1/commands/batch on one connection, two requests under way,
// from a thread of its own. After a lost connection or a transient answer (429, 503) what was not answered is
// sent again in the same order, with growing pauses and until nothing was answered for as long as `patience`.
// That is safe because every command has an id: the caller sends no other.
class BatchSender {
 public:
  struct Options {
    Url url;
    std::string actor;
    size_t lines_max = 2'000;  // of a request
    std::chrono::seconds patience{60};
  };
  using OnResult = std::function<void(const LineResult&)>;

  // `on_result` is called for every line in order, from within send and settle.
  BatchSender(Options options, OnResult on_result);
  // What is under way is given up.
  ~BatchSender();
  BatchSender(const BatchSender&) = delete;

  // Takes a command without a line feed; waits while too much is under way. A fault is final.
  Result<void> send(std::string command);
  // Waits until everything that was sent is answered. More may be sent behind it.
  Result<void> settle();

  // Lines that were sent more than once.
  uint64_t sent_again() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Who sends: the option, else $USER, checked to be printable ASCII as a header must be.
Result<std::string> actor_or_user(const std::string& given);

}  // namespace provodka::tools
