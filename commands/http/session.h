#pragma once

#include "commands/http/problem.h"
#include "commands/http/request.h"
#include "commands/http/worker.h"
#include "ledger/core/buffer.h"

#include <memory>
#include <optional>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>

namespace provodka::http {

inline constexpr size_t kSessionReadBytes = 8192;
// A body that nobody wants is read to its end up to this size, so that the connection can go on.
inline constexpr size_t kSkippedBytesMax = 64 << 10;

// One connection. Requests are answered one after the other; what the client sends meanwhile waits its turn.
//
// An endpoint reads the body if it wants it, and answers in one of two ways: whole, with begin() and end(),
// or as a stream, with begin_stream(), any number of send_piece() and end_stream().
class Session {
 public:
  // `refused`: there are too many, and this one is told so.
  Session(Worker&, Socket, bool refused);
  ~Session();
  Session(const Session&) = delete;

  static Task<> serve(std::unique_ptr<Session>);

  Worker& worker() { return worker_; }
  House& house() { return worker_.house; }
  const Request& request() const { return request_; }
  std::string body;  // where read_body() can put it without allocating

  // Collects the body. False when it is larger than that or does not arrive whole, which has been answered
  // where there is still someone to answer.
  Task<bool> read_body(std::string& body, size_t bytes_max);
  // Reads the next piece of the body into the sink, of about so many bytes. False where none comes because
  // the connection or the framing broke: body_error() tells the framing.
  Task<bool> read_body_piece(BodySink&, size_t bytes);
  bool body_done() const { return parser_->is_done(); }
  error_code body_error() const { return body_error_; }
  // Whether the last piece took all that had arrived.
  bool body_paused() const { return paused_; }

  // Begins an answer and returns where its body goes. More headers are whole lines with CR LF.
  Buffer& begin(unsigned status, std::string_view type, std::string_view more_headers = {});
  void end();
  void answer(const Problem&);
  // Answers 204, which has no body.
  void answer_nothing(std::string_view more_headers);

  void begin_stream(unsigned status, std::string_view type, std::string_view more_headers = {});
  // Where the next piece of a stream is put together.
  Buffer& piece();
  // Sends it; false when the client is gone.
  Task<bool> send_piece();
  Task<bool> end_stream();
  // Whether anything of the answer to this request was begun.
  bool answered() const { return answered_; }
  bool is_head() const { return request_.method == Method::head; }

  // What is wrong with the form of a request. There is no telling where the next one would begin.
  void answer_to_broken_request(error_code);
  // Gives up the connection at once: whoever waits for it sees an error.
  void cut();

  // Suspends a stream until wake(), which comes at least once a second.
  Task<> idle_in_stream();
  void wake();
  bool gone() const { return !socket_.is_open(); }

  // The client must send more within the time for requests; or nothing is asked of it. That it must take what
  // is sent to it within that time is always so.
  void expect_progress();
  void expect_nothing() { read_deadline_.reset(); }

  void on_second();
  void on_stop();

 private:
  Task<> run();
  Task<bool> read_head();
  Task<> respond();
  enum class Flush : unsigned char { all, some, failed };
  Flush try_flush(size_t& sent);
  Task<bool> flush(size_t sent);
  char* out_at(size_t place) { return out_.room(0) - out_.size() + place; }
  Task<bool> receive(size_t bytes);
  Task<bool> skip_body();
  Task<> linger();
  void write_status(unsigned status, std::string_view type, std::string_view more_headers);

  Worker& worker_;
  Socket socket_;
  const bool refused_;
  boost::beast::flat_buffer in_;
  Request request_;
  std::optional<RequestParser> parser_;
  bool continue_due_ = false, paused_ = false, body_wanted_ = false;
  error_code body_error_;

  Buffer out_;
  size_t body_begin_ = 0;  // of the answer or of the piece, in out_
  bool in_piece_ = false, chunked_ = false;
  bool keep_alive_ = true, answered_ = false;

  bool idle_ = false;  // between requests
  Wait stream_wait_;
  std::optional<std::chrono::steady_clock::time_point> read_deadline_, write_deadline_;
};

// Counts the session among those that are woken when there is something new in the log.
class Following {
 public:
  explicit Following(Session& session) : session_(session) { session_.worker().add_stream(&session_); }
  ~Following() { session_.worker().remove_stream(&session_); }
  Following(const Following&) = delete;

 private:
  Session& session_;
};

}  // namespace provodka::http
