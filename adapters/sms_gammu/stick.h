#pragma once

#include "adapters/sms_gammu/outcome.h"
#include "ledger/core/result.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace provodka::sms_gammu {

struct StickOptions {
  std::string config_file;                         // as gammu's own programs read it
  std::chrono::milliseconds settle_after{60'000};  // without a word of the network by then, it is unknown
  uint32_t parts_max = 8;
  uint32_t outbox_keep = 20;  // more copies than that are removed
};

// A stick with a serial port, driven by libgammu, and used by this alone. It blocks who uses it, one thread
// at a time, and that thread must be the only one in the process that uses libgammu.
class Stick {
 public:
  // A refusal: the file is none that gammu understands. Nothing is opened yet.
  static Result<std::unique_ptr<Stick>> open(StickOptions);
  ~Stick();
  Stick(const Stick&) = delete;

  // Connects where it has to; a fault where it cannot send just now.
  Result<void> ready();
  // The highest place in the outbox: what is kept above it came later.
  Result<uint64_t> mark();
  // Waits for what the network says of each part. `phone` is E.164, `text` UTF-8. A copy of what went out is
  // kept in the outbox, where the stick has one.
  Sent send(const std::string& phone, std::string_view text);
  // What the outbox has above the mark for this number; `unknown` where it has not all of it, which does not
  // say that it was not sent.
  Sent settle(const std::string& phone, uint64_t before);

  // Any thread: what is under way ends as soon as it can.
  void stop();
  std::string place() const { return "the stick of " + options_.config_file; }

 private:
  struct Machine;
  explicit Stick(StickOptions);

  Sent send_part(size_t part);
  void keep(size_t parts);
  void disconnect();

  const StickOptions options_;
  std::unique_ptr<Machine> machine_;
  std::atomic<bool> stopped_{false};
};

}  // namespace provodka::sms_gammu
