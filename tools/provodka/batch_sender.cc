#include "tools/provodka/batch_sender.h"

#include "ledger/core/ids.h"

#include <algorithm>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <simdjson.h>

namespace provodka::tools {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kRequestsInFlight = 2;
constexpr size_t kRequestBytesMax = 4 << 20;
constexpr std::chrono::seconds kProgressTimeout{60};
constexpr std::chrono::milliseconds kPauseFirst{50}, kPauseMost{2'000};

void read_problem(simdjson::ondemand::object problem, LineResult& result) {
  std::string_view text;
  for (auto field : problem) {
    const std::string_view key = field.unescaped_key().value();
    auto value = field.value();
    if (key == "code") {
      if (value.get_string().get(text) == simdjson::SUCCESS) result.code = text;
    } else if (key == "detail") {
      if (value.get_string().get(text) == simdjson::SUCCESS) result.detail = text;
    } else if (key == "title") {
      if (value.get_string().get(text) == simdjson::SUCCESS && result.detail.empty()) result.detail = text;
    } else if (key == "errors") {
      simdjson::ondemand::array errors;
      if (value.get_array().get(errors) != simdjson::SUCCESS) continue;
      for (auto item : errors) {
        simdjson::ondemand::object error;
        if (item.get_object().get(error) != simdjson::SUCCESS) continue;
        if (result.pointer.empty() && error["pointer"].get_string().get(text) == simdjson::SUCCESS)
          result.pointer = text;
      }
    }
  }
}

// {"line", "status", "sequence"} or {"line", "status", "problem"}.
std::optional<LineResult> read_line(simdjson::ondemand::parser& parser, std::string_view line) {
  try {
    simdjson::padded_string padded(line);
    simdjson::ondemand::document document = parser.iterate(padded);
    LineResult result;
    for (auto field : document.get_object()) {
      const std::string_view key = field.unescaped_key().value();
      if (key == "status") result.status = static_cast<unsigned>(field.value().get_uint64().value());
      if (key == "problem") read_problem(field.value().get_object().value(), result);
    }
    if (result.status == 0) return std::nullopt;
    return result;
  } catch (const simdjson::simdjson_error&) {
    return std::nullopt;
  }
}

}  // namespace

struct BatchSender::Impl {
  Impl(Options given, OnResult callback)
      : options(std::move(given)), on_result(std::move(callback)), changed(io) {
    changed.expires_at(Clock::time_point::max());
    thread = std::thread([this] {
      asio::co_spawn(io, run(), asio::detached);
      io.run();
    });
  }

  // Of both threads, under the mutex.
  mutable std::mutex mutex;
  std::condition_variable moved;
  std::deque<std::string> waiting;  // given and not taken by the thread yet
  std::deque<LineResult> results;   // answered and not reported yet
  std::optional<Fault> failed;
  size_t under_way = 0;  // given and not answered
  uint64_t again = 0;

  const Options options;
  const OnResult on_result;

  // Of the thread.
  asio::io_context io{1};
  asio::steady_timer changed;          // cancelled when there may be something to do
  std::deque<std::string> unanswered;  // lines that were taken, in order
  size_t written = 0;                  // of unanswered, on this connection
  size_t written_ever = 0;             // of unanswered, on any connection
  std::deque<size_t> requests;         // lines of each request that was posted and not answered
  std::optional<Fault> lost;           // why this connection is of no more use
  std::optional<Fault> final_fault;
  simdjson::ondemand::parser parser;
  uint64_t answers = 0;
  bool was_connected = false, writing = false;
  std::thread thread;

  void lose(Fault why) {
    if (!lost) lost = std::move(why);
    changed.cancel();
  }

  // Moves given lines over when there are none left to write. Whether there is something to write then.
  bool take_waiting() {
    if (written < unanswered.size()) return true;
    const std::lock_guard lock(mutex);
    while (!waiting.empty() && unanswered.size() - written < options.lines_max) {
      unanswered.push_back(std::move(waiting.front()));
      waiting.pop_front();
    }
    return written < unanswered.size();
  }

  std::string next_body(size_t& lines) {
    std::string body;
    uint64_t repeated = 0;
    for (lines = 0;
         lines < options.lines_max && written < unanswered.size() && body.size() < kRequestBytesMax;
         ++lines) {
      body += unanswered[written++];
      body += '\n';
      if (written <= written_ever) ++repeated;
    }
    written_ever = std::max(written_ever, written);
    const std::lock_guard lock(mutex);
    again += repeated;
    return body;
  }

  asio::awaitable<void> write(HttpConnection& connection) {
    while (!lost) {
      if (requests.size() >= kRequestsInFlight || !take_waiting()) {
        co_await changed.async_wait(kTuple);
        continue;
      }
      size_t lines = 0;
      HttpConnection::Request request{"/v1/commands/batch", "application/x-ndjson", options.actor,
                                      next_body(lines)};
      requests.push_back(lines);
      changed.cancel();
      Result<void> posted = co_await connection.post(std::move(request));
      if (!posted) lose(std::move(posted.error()));
    }
    writing = false;
    changed.cancel();
  }

  // False when the rest of the answer is of no use: it is not an answer, or the line is to be sent again.
  bool answered(std::string_view text, size_t& left) {
    auto result = read_line(parser, text);
    if (!result || left == 0) {
      final_fault = Fault{fmt::format("{} answers in another way than a provodka server: {}",
                                      options.url.text, text.substr(0, 200))};
      return false;
    }
    if (result->status == 429 || result->status == 503) {
      lose(Fault{fmt::format("{} answers {} {}: {}", options.url.text, result->status, result->code,
                             result->detail)});
      return false;
    }
    --left;
    unanswered.pop_front();
    --written;
    --written_ever;
    ++answers;
    const std::lock_guard lock(mutex);
    results.push_back(std::move(*result));
    --under_way;
    moved.notify_one();
    return true;
  }

  asio::awaitable<void> read(HttpConnection& connection) {
    while (!lost && !final_fault) {
      if (requests.empty()) {
        co_await changed.async_wait(kTuple);
        continue;
      }
      size_t left = requests.front();
      const std::function<bool(std::string_view)> on_line = [&](std::string_view line) {
        return answered(line, left);
      };
      auto response = co_await connection.read(on_line);
      if (!response) {
        lose(std::move(response.error()));
      } else if (response->status != 200) {
        refused(*response);
      } else if (!lost && !final_fault && left > 0) {
        lose(Fault{fmt::format("{} answered fewer lines than were sent", options.url.text)});
      } else if (!response->keep_alive) {
        lose(Fault{fmt::format("the connection to {} was closed by the other side", options.url.text)});
      }
      requests.pop_front();
      take_waiting();
      changed.cancel();
    }
  }

  // The request as a whole.
  void refused(const HttpConnection::Response& response) {
    LineResult problem;
    try {
      simdjson::padded_string padded(response.body);
      simdjson::ondemand::document document = parser.iterate(padded);
      read_problem(document.get_object(), problem);
    } catch (const simdjson::simdjson_error&) {
      problem = {};
    }
    Fault why{fmt::format("{} answers {}{}{}{}{}", options.url.text, response.status,
                          problem.code.empty() ? "" : " ", problem.code, problem.detail.empty() ? "" : ": ",
                          problem.detail)};
    if (response.status == 429 || response.status == 503) return lose(std::move(why));
    final_fault = std::move(why);
  }

  asio::awaitable<void> run() {
    auto pause = kPauseFirst;
    std::optional<Clock::time_point> failing_since;  // without a single answer
    while (!final_fault) {
      const uint64_t answers_before = answers;
      lost.reset();
      requests.clear();
      written = 0;
      HttpConnection connection(io.get_executor(), options.url, kProgressTimeout);
      Result<void> connected = co_await connection.connect();
      if (connected) {
        was_connected = true;
        writing = true;
        asio::co_spawn(io, write(connection), asio::detached);
        co_await read(connection);
        if (!lost) lose(final_fault.value_or(Fault{}));
        connection.close();
        changed.cancel();
        while (writing) co_await changed.async_wait(kTuple);
      } else {
        lost = std::move(connected.error());
      }
      if (final_fault) break;
      // Whoever mistypes a URL learns it at once; a server that was there gets time to come back.
      const bool got_on = answers != answers_before;
      if (got_on || !failing_since) failing_since = Clock::now();
      if (!was_connected || Clock::now() - *failing_since > options.patience) {
        final_fault = lost;
        break;
      }
      pause = got_on ? kPauseFirst : std::min(2 * pause, kPauseMost);
      asio::steady_timer timer(io, pause);
      co_await timer.async_wait(kTuple);
    }
    const std::lock_guard lock(mutex);
    if (final_fault) failed = std::move(final_fault);
    moved.notify_one();
  }

  // Reports what was answered. The lock is held before and after, not while the callback runs.
  void report(std::unique_lock<std::mutex>& lock) {
    while (!results.empty()) {
      const LineResult result = std::move(results.front());
      results.pop_front();
      lock.unlock();
      on_result(result);
      lock.lock();
    }
  }

  void wake() {
    asio::post(io, [this] { changed.cancel(); });
  }
};

BatchSender::BatchSender(Options options, OnResult on_result)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(on_result))) {}

BatchSender::~BatchSender() {
  impl_->io.stop();
  impl_->thread.join();
}

Result<void> BatchSender::send(std::string command) {
  std::unique_lock lock(impl_->mutex);
  const size_t most = (kRequestsInFlight + 1) * impl_->options.lines_max;
  impl_->moved.wait(lock, [&] { return impl_->under_way < most || impl_->failed; });
  impl_->report(lock);
  if (impl_->failed) return std::unexpected(*impl_->failed);
  const bool was_empty = impl_->waiting.empty();
  impl_->waiting.push_back(std::move(command));
  ++impl_->under_way;
  lock.unlock();
  if (was_empty) impl_->wake();
  return {};
}

Result<void> BatchSender::settle() {
  std::unique_lock lock(impl_->mutex);
  while (impl_->under_way > 0 && !impl_->failed) {
    impl_->moved.wait(lock, [&] { return !impl_->results.empty() || impl_->failed; });
    impl_->report(lock);
  }
  impl_->report(lock);
  if (impl_->failed) return std::unexpected(*impl_->failed);
  return {};
}

uint64_t BatchSender::sent_again() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->again;
}

Result<std::string> actor_or_user(const std::string& given) {
  if (!given.empty()) {
    if (is_command_id(given)) return given;
    return fault("--actor \"{}\": 1 to 128 printable ASCII characters are expected", given);
  }
  const char* user = std::getenv("USER");
  return user && is_command_id(user) ? std::string(user) : "provodka";
}

}  // namespace provodka::tools
