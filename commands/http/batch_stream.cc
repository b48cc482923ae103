#include "commands/http/batch_stream.h"

#include "commands/http/batch_job.h"
#include "commands/http/batch_lines.h"

#include <deque>

#include <boost/asio/co_spawn.hpp>

namespace provodka::http {
namespace {

constexpr size_t kReadBytes = 128 << 10;
constexpr size_t kJobCommands = 2048;
constexpr size_t kJobsUnderWay = 4;
// Answers that wait for the client to take them. A client that sends everything before it reads anything gets
// this far, which is some hundred thousand lines; then it is read from no more until it takes some.
constexpr size_t kAnswerBytesMax = 16 << 20;

// Two coroutines of one io thread: read() takes lines and submits jobs, write() sends the answers. In between
// stand the jobs under way, answered in their order.
class BatchStream final : BodySink {
 public:
  BatchStream(Session& session, std::string_view actor, bool with_events)
      : session_(session), worker_(session.worker()), actor_(actor), with_events_(with_events) {}

  Task<> run();

 private:
  struct UnderWay final : Completion {
    BatchStream& stream;
    BatchJob batch;
    bool done = false;
    UnderWay(BatchStream& s, BatchJob b) : stream(s), batch(std::move(b)) {}
    void complete() override {
      done = true;
      stream.on_answered();
    }
  };

  Task<> read();
  Task<> write();
  void on_body(std::string_view piece) override {
    lines_.add(piece, [this](uint64_t number, std::string_view line, bool too_long) {
      take(number, line, too_long);
    });
  }
  void take(uint64_t number, std::string_view line, bool too_long);
  void on_answered();
  void fill_up();
  void submit(BatchJob);
  bool has_room() const { return under_way_.size() < kJobsUnderWay && answers_.size() < kAnswerBytesMax; }

  void wake(Wait& wait) { wait.wake(worker_.completions); }

  Session& session_;
  Worker& worker_;
  const std::string_view actor_;
  const bool with_events_;

  BatchLines lines_;
  BatchJob filling_;
  std::deque<BatchJob> full_;
  std::deque<std::unique_ptr<UnderWay>> under_way_;
  Buffer answers_;
  bool reading_ = true;    // more may be submitted
  bool in_body_ = false;   // read() waits for the client
  bool finished_ = false;  // nothing will be added to the answers
  bool gone_ = false;      // nobody takes the answers
  bool written_ = false;   // write() has ended
  Wait room_, news_, end_;
};

Task<> BatchStream::run() {
  asio::co_spawn(worker_.context, write(), [this](std::exception_ptr) {
    written_ = true;
    wake(end_);
  });
  std::exception_ptr failure;
  try {
    co_await read();
  } catch (...) {
    failure = std::current_exception();
  }
  // The jobs under way point here: whatever happened, they are waited for.
  reading_ = false;
  if (under_way_.empty()) finished_ = true;
  wake(news_);
  while (!written_) co_await end_.until_woken();
  if (failure) std::rethrow_exception(failure);
  if (gone_) co_return;
  if (session_.body_done()) {
    if (!session_.answered()) session_.begin_stream(200, "application/x-ndjson");
    co_await session_.end_stream();
  } else if (session_.answered()) {
    session_.cut();  // the answers end without their end, as the lines did
  } else if (session_.body_error()) {
    session_.answer_to_broken_request(session_.body_error());
  }
}

Task<> BatchStream::read() {
  while (!session_.body_done() && !gone_) {
    in_body_ = true;
    const bool more = co_await session_.read_body_piece(*this, kReadBytes);
    in_body_ = false;
    if (!more) break;
    if (session_.body_done()) {
      lines_.finish(
          [this](uint64_t number, std::string_view line, bool too_long) { take(number, line, too_long); });
    }
    // What has arrived is not held back for what may come; but while the engine is busy, jobs grow.
    const bool push = session_.body_done() || session_.body_paused();
    while (!gone_ && (!full_.empty() || (push && filling_.job))) {
      if (has_room()) {
        fill_up();
      } else if (!session_.body_done() && full_.empty()) {
        break;  // on_answered() goes on with it
      } else {
        session_.expect_nothing();
        co_await room_.until_woken();
        session_.expect_progress();
      }
    }
  }
  session_.expect_nothing();
  while (!gone_ && (!full_.empty() || filling_.job)) {
    if (has_room()) {
      fill_up();
    } else {
      co_await room_.until_woken();
    }
  }
}

void BatchStream::take(uint64_t number, std::string_view line, bool too_long) {
  session_.expect_progress();
  if (filling_.lines.size() >= kJobCommands) full_.push_back(std::exchange(filling_, {}));
  if (!filling_.job) filling_.job = worker_.take_job(kJobCommands);
  filling_.add(worker_, actor_, number, line, too_long);
}

// Submits what waits longest. REQUIRES: there is room.
void BatchStream::fill_up() {
  if (full_.empty()) return submit(std::exchange(filling_, {}));
  BatchJob batch = std::move(full_.front());
  full_.pop_front();
  submit(std::move(batch));
}

void BatchStream::submit(BatchJob batch) {
  auto& under_way = *under_way_.emplace_back(std::make_unique<UnderWay>(*this, std::move(batch)));
  if (under_way.batch.job->commands.empty()) return under_way.complete();
  std::unique_ptr<engine::Job> job = std::move(under_way.batch.job);
  job->done = [&under_way, &completions = worker_.completions](std::unique_ptr<engine::Job> done) {
    under_way.batch.job = std::move(done);
    completions.add(&under_way);
  };
  worker_.house.engine.submit(std::move(job));
}

void BatchStream::on_answered() {
  while (!under_way_.empty() && under_way_.front()->done) {
    BatchJob& batch = under_way_.front()->batch;
    if (!gone_) batch.write_answers(worker_, with_events_, answers_);
    worker_.give_back(std::move(batch.job));
    under_way_.pop_front();
  }
  if (in_body_ && !gone_ && has_room() && filling_.job) fill_up();
  if (!reading_ && under_way_.empty()) finished_ = true;
  wake(news_);
  if (has_room()) wake(room_);
}

Task<> BatchStream::write() {
  for (;;) {
    while (answers_.size() == 0 && !finished_) co_await news_.until_woken();
    if (answers_.size() == 0) co_return;
    if (!session_.answered()) session_.begin_stream(200, "application/x-ndjson");
    session_.piece().append(answers_.view());
    answers_.clear();
    const bool sent = co_await session_.send_piece();
    if (!sent) {
      gone_ = true;
      answers_.clear();
      session_.cut();  // so that read() does not wait for the client either
      wake(room_);
      // The jobs under way still come back.
      while (!finished_) co_await news_.until_woken();
      co_return;
    }
    if (has_room()) wake(room_);
  }
}

}  // namespace

Task<> stream_batch(Session& session, std::string_view actor, bool with_events) {
  BatchStream stream(session, actor, with_events);
  co_await stream.run();
}

}  // namespace provodka::http
