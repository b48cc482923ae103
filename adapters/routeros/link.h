#pragma once

#include "adapters/routeros/connection.h"

#include <deque>
#include <memory>

#include <boost/unordered/unordered_flat_map.hpp>

namespace provodka::routeros {

// One TCP connection from its opening to its end, which is for ever: Connection makes another. Its own
// coroutines hold it until they have seen the end.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::io_context& context, std::shared_ptr<const RouterOptions> options);

  Task<Result<void>> open();
  Task<Answers> execute(std::vector<Operation> operations);
  bool is_open() const { return state_ == State::open; }
  void close(std::string_view why) { fail(why); }
  const std::string& fingerprint() const { return stream_.fingerprint(); }

 private:
  enum class State : unsigned char { opening, open, closed };
  // The operations of one call, until each has its result.
  struct Batch {
    std::vector<Operation> operations;
    Answers answers;
    size_t left;
    Timer done;
  };
  // A command that was sent.
  struct Flight {
    std::shared_ptr<Batch> batch;
    size_t index;
    Clock::time_point deadline;
    Answer answer;
    size_t bytes = 0;
  };
  struct Queued {
    std::shared_ptr<Batch> batch;
    size_t index;
  };

  // Sends one sentence and reads the answer to it, for the time before there are tags.
  Task<Result<std::string>> login_step(std::vector<std::string> words);
  Task<Result<void>> log_in();

  static Task<> read(std::shared_ptr<Link> self);
  static Task<> write(std::shared_ptr<Link> self);
  static Task<> watch(std::shared_ptr<Link> self);

  // Sends what is queued, as far as more may be in flight.
  void pump();
  void encode(const Operation& operation, uint64_t tag);
  Result<void> take(const std::vector<std::string_view>& words);
  Result<void> collect(Flight& flight, const Reply& reply);
  static void settle(Batch& batch, size_t index, Result<Answer> answer);
  void fail(std::string_view why);
  std::string clean(std::string_view text) const;

  std::shared_ptr<const RouterOptions> options_;
  std::string place_;
  Stream stream_;
  Timer watch_timer_;
  Decoder decoder_;
  State state_ = State::opening;
  std::string why_closed_;
  std::deque<Queued> queue_;
  boost::unordered_flat_map<uint64_t, Flight> flights_;
  uint64_t next_tag_ = 1;
  Clock::time_point heard_;
  std::string out_, sending_;
  bool writing_ = false;
};

}  // namespace provodka::routeros
