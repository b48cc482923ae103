#pragma once

#include "adapters/device_agent/command_sink.h"
#include "adapters/device_agent/wanted.h"
#include "adapters/routeros/task.h"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace provodka::device_agent {

// What a router did about a point.
struct RouterResult {
  uint32_t version = 0;
  DeviceId device;
  access::Outcome outcome{};
  uint32_t ms = 0;
  std::string detail;  // of failed: why
};

// Brings results into the ledger, as commands `access.report`. Only what is news is sent: the same as the log
// or the last one under way is not. The newest of each point waits, and of those only so many: what is
// dropped is not in the log, so that the next reconcile finds it missing there. For the agent's thread.
class Reports {
 public:
  Reports(routeros::asio::io_context& context, const Wanted& wanted, CommandSink& sink,
          std::function<void(std::string)> warn);
  ~Reports();
  Reports(const Reports&) = delete;

  void add(PointId point, RouterResult result);
  // A result of this point is in the log now.
  void confirmed(PointId point) { under_way_.erase(point.value()); }
  // Whether the log, or what is on its way there, has this point's version as done by this device.
  bool is_known_done(PointId point, DeviceId device) const;

  size_t waiting() const { return waiting_.size(); }
  // Nothing more is sent, and no answer is taken.
  void stop();
  // Forgets everything: the numbers of points mean others now.
  void clear();

 private:
  // What the sink's thread holds: it may call after the end.
  struct Door;
  // What is sent until it is recorded or refused. What the log says meanwhile does not change its id, by
  // which the ledger knows it again.
  struct Made {
    RouterResult result;
    std::string id;
  };
  struct Sent {
    uint32_t point;
    Made made;
  };

  const RouterResult* newest(PointId point) const;
  std::string command_of(uint32_t point, const Made& made) const;
  void send();
  void answered(std::vector<Reception> receptions, Result<void> rest);
  void refused(const Sent& sent, const Reception& reception);
  void send_again_later(std::string why);

  routeros::asio::io_context& context_;
  const Wanted& wanted_;
  CommandSink& sink_;
  std::function<void(std::string)> warn_;
  std::shared_ptr<Door> door_;
  boost::unordered_flat_map<uint32_t, Made> waiting_;
  std::deque<uint32_t> order_;
  boost::unordered_flat_map<uint32_t, RouterResult> under_way_;  // sent, and not seen in the log yet
  std::vector<Sent> sent_;
  bool sending_ = false, stopped_ = false, away_ = false, pausing_ = false;
  routeros::Timer pause_timer_;
  routeros::milliseconds pause_{0};
  uint64_t generation_ = 0;
};

// A text as `detail` may be: at most 200 bytes of valid UTF-8 on one line.
std::string detail_of(std::string_view text);

// agent/<device>/<point>/<version>/<n>-<outcome>: the same result that is sent again, also by an agent that
// was killed in between, is one command. Names that make it too long are replaced by a hash of them.
std::string report_id(std::string_view device, std::string_view point, uint32_t version, uint32_t n,
                      access::Outcome outcome);

}  // namespace provodka::device_agent
