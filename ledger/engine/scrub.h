#pragma once

#include "ledger/log/derived_store.h"
#include "ledger/log/event_log.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace provodka::engine {

// Reads the whole log through again and again at a gentle pace, its frames and then its files and those of
// the derived data byte for byte, so that a byte that went bad is known before somebody asks for it.
class Scrub {
 public:
  Scrub(const log::EventLog&, const log::DerivedStore&, std::function<Position()> durable,
        uint64_t bytes_per_second, std::function<void(std::string)> warn);
  ~Scrub();

  std::vector<log::EventLog::Damage> damage() const;

 private:
  void run();
  bool pause(std::chrono::milliseconds);
  bool paced(size_t bytes);
  void report(const std::string&);

  const log::EventLog& log_;
  const log::DerivedStore& store_;
  std::function<Position()> durable_;
  const uint64_t bytes_per_second_;
  std::function<void(std::string)> warn_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false;
  uint64_t unpaced_bytes_ = 0;
  std::set<std::string> reported_;
  std::vector<log::EventLog::Damage> damage_;
  std::thread thread_;
};

}  // namespace provodka::engine
