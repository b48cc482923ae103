#pragma once

#include "adapters/kafka_source/group_member.h"
#include "adapters/kafka_source/reader.h"
#include "ledger/log/event_source.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace provodka::kafka {

struct SourceOptions {
  std::string brokers;              // HOST:PORT, several with commas
  std::string prefix = "provodka";  // of the mirror's topics
  std::string group = {};           // whose only active member this may be; empty: it reads in any case
  std::map<std::string, std::string> settings = {};  // librdkafka's own: TLS, SASL, tuning
};

// The lines of a log, of all tenants, as a mirror has copied them to Kafka. For one reader that goes forward:
// what lies behind it can be asked for as well, which is then read from Kafka again. See the README.
class KafkaSource : public log::EventSource {
 public:
  // Refuses settings that librdkafka does not take; whether Kafka is there shows later.
  static Result<std::unique_ptr<KafkaSource>> open(SourceOptions);
  // Commits what was taken, and leaves the group.
  ~KafkaSource() override;

  // Null only where the mirror had come to the end of the log and everything that it committed was handed
  // over; as long as that is not so, a fault says what is missing, or that another member is at work.
  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override;
  // Known once frame_at has given anything but a fault.
  Position last() const override;
  // With a group: this is its active member.
  bool may_act() const override;
  // Another member of the group is at work, as far as is known.
  bool stands_by() const;
  void stop() override;
  std::string name() const override {
    return "Kafka at " + cluster_.brokers + ", topic " + TopicNames(options_.prefix).events;
  }

 private:
  // Lines that were read and not taken, and where a reading would begin behind them.
  struct Piece {
    log::FramePtr frame;
    Start behind;
  };

  explicit KafkaSource(SourceOptions options)
      : options_(std::move(options)), cluster_{.brokers = options_.brokers, .settings = options_.settings} {}
  void run();
  bool takes_part();
  bool open_reader();
  void read();
  void keep(log::FramePtr frame);
  void commit(bool now);
  void forget();
  void gives_up(const std::string& why, std::chrono::milliseconds pause);
  log::FramePtr find(Position from);
  Result<log::FramePtr> look_back(Position from, std::chrono::steady_clock::time_point deadline);

  const SourceOptions options_;
  const Cluster cluster_;
  std::unique_ptr<GroupMember> group_;  // of the thread, as is all up to the mutex
  ReaderPtr reader_;
  bool trusts_committed_ = true;
  Start committed_;
  std::chrono::steady_clock::time_point committed_at_{};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false, at_end_ = false, stands_by_ = false, may_act_ = false;
  std::deque<Piece> pieces_;
  size_t piece_bytes_ = 0;
  Position wanted_;  // zero: nothing was asked for yet
  Position last_;
  Start taken_;                // everything before it was
  std::vector<Start> places_;  // some, in order: where a look back can begin
  uint64_t reading_ = 0;       // counts readings: a place is of one
  std::string fault_, missing_;

  std::mutex back_mutex_;
  ReaderPtr back_;
  log::FramePtr back_frame_;
  uint64_t back_reading_ = 0;
  std::thread thread_;
};

}  // namespace provodka::kafka
