#pragma once

#include "adapters/sms_hilink/session.h"
#include "adapters/sms_hilink/sms_text.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace provodka::sms_hilink {

struct ModemOptions {
  SessionOptions session;
  std::chrono::milliseconds poll_each{500};        // of how a message ended
  std::chrono::milliseconds settle_after{60'000};  // a message without an end by then is unknown
  uint32_t parts_max = 8;
  uint32_t outbox_keep = 50;  // older ones are removed
};

// `sent` and `failed` are what the stick says; `refused`: it can never be sent so. `not_now`: it was not
// sent, and may be tried again. `unknown`: all else; it may have gone out.
enum class End { sent, failed, refused, not_now, unknown };

struct Sent {
  End end = End::unknown;
  std::string detail;  // why not; nothing personal
  uint32_t parts = 0;
};

struct Health {
  int signal = 0;           // 0..5
  bool in_network = false;  // it is registered, so that it can send
  bool has_room = true;     // for messages
  int sim_state = 0;        // 257: ready
  std::string words() const;
};

// A message that the stick has sent or tried to.
struct Outgoing {
  uint64_t index = 0;
  int state = 0;  // 3: sent, 4: failed
  std::string phone, text;
};

// What the network says became of a message to this number, as the stick keeps it among what came in. It does
// not say of which one.
struct Report {
  uint64_t index = 0;
  std::string phone;
  bool delivered = false;
};

// The highest index in the outbox before a message is sent: what is above it came later.
using Mark = uint64_t;

// A stick that is used by this alone. It blocks who uses it, one thread at a time.
class Modem {
 public:
  Modem(http_client::Url url, ModemOptions options)
      : session_(std::move(url), options.session), options_(std::move(options)) {}

  Asked<Health> health();
  Asked<Mark> mark();
  // Waits for the end. `phone` is E.164, `text` UTF-8, `before` the mark.
  Sent send(const std::string& phone, std::string_view text, Mark before);
  // How the message to this number ended that was sent after the mark, as the outbox has it, once none is
  // under way to it; `unknown` where it has none, which does not say that it was not sent.
  Sent settle(const std::string& phone, Mark before);
  // The newest first, at most 50.
  Asked<std::vector<Outgoing>> outbox(uint32_t count);
  // Removes the oldest of the outbox but for those to keep.
  Asked<void> make_room();

  // Has the network asked for reports; refused where the stick knows none.
  Asked<void> ask_reports();
  // The oldest first. It looks at the newest 50 messages that came in.
  Asked<std::vector<Report>> reports();
  Asked<void> remove(uint64_t index);

  // Any thread: what is under way ends as soon as it can.
  void stop();
  std::string place() const { return session_.place(); }

 private:
  Asked<Element> list(int box, uint32_t count, bool oldest_first);
  Asked<std::vector<Outgoing>> outgoing(uint32_t count, bool oldest_first);
  Sent find(const std::string& phone, Mark before);
  Sent await_end(const std::string& phone, Mark before);
  bool pause();

  Session session_;
  const ModemOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
};

}  // namespace provodka::sms_hilink
