#include "commands/http/session.h"

#include <fmt/format.h>

#include <boost/beast/http/error.hpp>

#include "commands/http/headers.h"
#include "commands/http/router.h"
#include "ledger/codec/json_out.h"

namespace provodka::http {
namespace {

namespace beast = boost::beast;
using namespace std::chrono_literals;

constexpr size_t kReadBytes = 8192;
// A body that nobody wants is read to its end up to this size, so that the connection can go on.
constexpr size_t kSkippedBytesMax = 64 << 10;
constexpr size_t kOutBytesKept = 1 << 20;
constexpr auto kLinger = 2s;

constexpr std::string_view kLengthPlace = "          ";
constexpr std::string_view kChunkPlace = "00000000\r\n";

struct Collect final : BodySink {
  std::string& body;
  size_t bytes_max;
  bool too_large = false;
  Collect(std::string& to, size_t max) : body(to), bytes_max(max) {}
  void on_body(std::string_view part) override {
    too_large |= part.size() > bytes_max - body.size();
    if (!too_large) body.append(part);
  }
};

struct Discard final : BodySink {
  size_t bytes = 0;
  void on_body(std::string_view part) override { bytes += part.size(); }
};

}  // namespace

Session::Session(Worker& worker, Socket socket, bool refused)
    : worker_(worker), socket_(std::move(socket)), refused_(refused) {}

Session::~Session() {
  house().connections.fetch_sub(1);
  worker_.remove(this);
}

Task<> Session::serve(std::unique_ptr<Session> session) {
  session->worker_.add(session.get());
  error_code ignored;
  session->socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  session->socket_.non_blocking(true, ignored);
  try {
    co_await session->run();
  } catch (const std::exception& e) {
    static_cast<void>(session->house().fault(problems::fault, e.what()));
  }
}

Task<> Session::run() {
  if (refused_) {
    keep_alive_ = false;
    answer(Problem(problems::too_many_connections));
    const bool sent = co_await flush(0);
    if (sent) co_await linger();
    co_return;
  }
  for (;;) {
    const bool read = co_await read_head();
    if (read) co_await respond();
    if (!answered_ && !read) co_return;  // the client has left, or was too slow
    size_t sent = 0;
    if (try_flush(sent) != Flush::all) {
      const bool flushed = co_await flush(sent);
      if (!flushed) co_return;
    }
    if (!keep_alive_ || !read) break;
    if (!parser_->is_done()) {
      const bool skipped = co_await skip_body();
      if (!skipped) break;
    }
  }
  co_await linger();
}

Task<bool> Session::read_head() {
  request_.clear();
  parser_.emplace(request_, static_cast<uint32_t>(house().options.header_bytes_max));
  answered_ = in_piece_ = continue_due_ = false;
  body_error_ = {};
  keep_alive_ = true;
  idle_ = in_.size() == 0;
  if (idle_ && worker_.stopping()) co_return false;
  read_deadline_ = worker_.now() + house().options.idle_timeout + 1s;
  if (!idle_) expect_progress();
  for (;;) {
    if (in_.size() > 0) {
      error_code ec;
      const size_t bytes = parser_->put(in_.data(), ec);
      in_.consume(bytes);
      if (ec && ec != beast::http::error::need_more) {
        answer_to_broken_request(ec);
        co_return false;
      }
      if (parser_->is_header_done()) break;
    }
    const bool received = co_await receive(kReadBytes);
    if (!received) co_return false;
    if (idle_) {
      idle_ = false;
      expect_progress();
    }
  }
  request_.split_target();
  keep_alive_ = parser_->keep_alive() && !worker_.stopping();
  continue_due_ = request_.expects_continue && request_.version_11 && !parser_->is_done();
  co_return true;
}

Task<> Session::respond() {
  if (request_.version_11 ? request_.hosts != 1 : request_.hosts > 1) {
    keep_alive_ = false;
    answer(Problem(problems::malformed_http, "a request has one header Host"));
    co_return;
  }
  if (!request_.origin.empty() && !is_loopback_origin(request_.origin)) {
    answer(Problem(problems::foreign_origin));
    co_return;
  }
  if (parser_->is_done()) expect_nothing();
  std::string failure;
  try {
    co_await route(*this);
    co_return;
  } catch (const std::exception& e) {
    failure = e.what();
  }
  keep_alive_ = false;
  const Problem problem = house().fault(problems::fault, failure);
  if (answered_) {
    cut();  // half an answer is better cut off than completed
  } else {
    out_.clear();
    answer(problem);
  }
}

void Session::answer_to_broken_request(error_code ec) {
  keep_alive_ = false;
  if (ec == beast::http::error::header_limit) {
    answer(Problem(problems::headers_too_large,
                   fmt::format("the head of a request has at most {} bytes", house().options.header_bytes_max)));
  } else {
    answer(Problem(problems::malformed_http, ec.message()));
  }
}

Task<bool> Session::receive(size_t bytes) {
  error_code ec;
  const auto room = in_.prepare(bytes);
  const size_t received = co_await socket_.async_read_some(room, asio::redirect_error(use_task, ec));
  in_.commit(received);
  paused_ = received < room.size();
  co_return !ec && received > 0;
}

Task<bool> Session::read_body_piece(BodySink& sink, size_t bytes) {
  parser_->to(&sink);
  parser_->eager(true);
  while (!parser_->is_done()) {
    if (in_.size() > 0) {
      error_code ec;
      const size_t taken = parser_->put(in_.data(), ec);
      in_.consume(taken);
      if (ec && ec != beast::http::error::need_more) {
        keep_alive_ = false;
        body_error_ = ec;
        co_return false;
      }
      continue_due_ = false;  // the client did not wait for it
      if (taken > 0) co_return true;
    }
    if (continue_due_) {
      continue_due_ = false;
      out_.append("HTTP/1.1 100 Continue\r\n\r\n");
      const bool sent = co_await flush(0);
      if (!sent) co_return false;
    }
    const bool received = co_await receive(bytes);
    if (!received) {
      keep_alive_ = false;
      co_return false;
    }
  }
  co_return true;
}

Task<bool> Session::read_body(std::string& body, size_t bytes_max) {
  body.clear();
  Collect collect(body, bytes_max);
  const auto length = parser_->content_length();
  collect.too_large = length && *length > bytes_max;
  while (!collect.too_large && !parser_->is_done()) {
    const bool more = co_await read_body_piece(collect, kReadBytes);
    if (!more) {
      if (body_error_) answer_to_broken_request(body_error_);
      co_return false;
    }
  }
  expect_nothing();
  if (!collect.too_large) co_return true;
  keep_alive_ = false;
  answer(Problem(problems::body_too_large, fmt::format("the body may have {} bytes here", bytes_max)));
  co_return false;
}

Task<bool> Session::skip_body() {
  Discard discard;
  expect_progress();
  while (!parser_->is_done() && discard.bytes <= kSkippedBytesMax) {
    const bool more = co_await read_body_piece(discard, kReadBytes);
    if (!more) co_return false;
  }
  co_return parser_->is_done();
}

void Session::write_status(unsigned status, std::string_view type, std::string_view more_headers) {
  answered_ = true;
  if (worker_.stopping()) keep_alive_ = false;
  // Whether the rest of the body will be read is known now; the client must be told if the connection ends.
  if (parser_ && parser_->is_header_done() && !parser_->is_done()) {
    const auto left = parser_->content_length_remaining();
    if (continue_due_ || !left || *left > kSkippedBytesMax) keep_alive_ = false;
  }
  out_.append(status_line(status));
  out_.append("Date: ");
  out_.append(worker_.date());
  out_.append("\r\nContent-Type: ");
  out_.append(type);
  out_.append("\r\n");
  out_.append(more_headers);
  if (!keep_alive_) {
    out_.append("Connection: close\r\n");
  } else if (!request_.version_11) {
    out_.append("Connection: keep-alive\r\n");
  }
}

Buffer& Session::begin(unsigned status, std::string_view type, std::string_view more_headers) {
  write_status(status, type, more_headers);
  out_.append("Content-Length: ");
  out_.append(kLengthPlace);
  out_.append("\r\n\r\n");
  body_begin_ = out_.size();
  return out_;
}

void Session::end() {
  // Spaces before the number are allowed, so its place is as wide as any number.
  char digits[20];
  const auto length = static_cast<size_t>(codec::print_unsigned(digits, out_.size() - body_begin_) - digits);
  const size_t end_of_head = body_begin_ - 4;
  std::memcpy(out_at(end_of_head - length), digits, length);
  if (is_head()) out_.truncate(body_begin_);
}

void Session::answer(const Problem& problem) {
  std::string headers;
  if (!problem.allow.empty()) headers = fmt::format("Allow: {}\r\n", problem.allow);
  if (problem.status == 503) headers += "Retry-After: 5\r\n";
  write_problem(begin(problem.status, "application/problem+json", headers), problem);
  end();
}

void Session::begin_stream(unsigned status, std::string_view type, std::string_view more_headers) {
  chunked_ = request_.version_11;
  if (!chunked_) keep_alive_ = false;
  write_status(status, type, more_headers);
  out_.append(chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
  in_piece_ = false;
}

Buffer& Session::piece() {
  if (!in_piece_) {
    in_piece_ = true;
    if (chunked_) out_.append(kChunkPlace);
    body_begin_ = out_.size();
  }
  return out_;
}

Task<bool> Session::send_piece() {
  if (in_piece_ && (is_head() || out_.size() == body_begin_)) {
    out_.truncate(chunked_ ? body_begin_ - kChunkPlace.size() : body_begin_);
  } else if (in_piece_ && chunked_) {
    char hex[9];
    fmt::format_to_n(hex, 8, "{:08x}", out_.size() - body_begin_);
    std::memcpy(out_at(body_begin_ - kChunkPlace.size()), hex, 8);
    out_.append("\r\n");
  }
  in_piece_ = false;
  const bool sent = co_await flush(0);
  co_return sent;
}

Task<bool> Session::end_stream() {
  const bool sent = co_await send_piece();
  if (sent && chunked_ && !is_head()) out_.append("0\r\n\r\n");
  co_return sent;
}

Session::Flush Session::try_flush(size_t& sent) {
  while (sent < out_.size()) {
    error_code ec;
    sent += socket_.write_some(asio::buffer(out_.data() + sent, out_.size() - sent), ec);
    if (ec == asio::error::would_block || ec == asio::error::try_again) return Flush::some;
    if (ec) return Flush::failed;
  }
  if (out_.size() > kOutBytesKept) {
    out_ = Buffer();
  } else {
    out_.clear();
  }
  return Flush::all;
}

Task<bool> Session::flush(size_t sent) {
  for (;;) {
    const Flush flushed = try_flush(sent);
    if (flushed == Flush::all) co_return true;
    error_code ec;
    if (flushed == Flush::some) {
      write_deadline_ = worker_.now() + house().options.request_timeout + 1s;
      co_await socket_.async_wait(Socket::wait_write, asio::redirect_error(use_task, ec));
      write_deadline_.reset();
    }
    if (flushed == Flush::failed || ec) {
      keep_alive_ = false;
      out_.clear();
      co_return false;
    }
  }
}

Task<> Session::linger() {
  error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  read_deadline_ = worker_.now() + kLinger;
  while (!ec) {
    in_.clear();
    const bool received = co_await receive(kReadBytes);
    if (!received) break;
  }
}

void Session::expect_progress() { read_deadline_ = worker_.now() + house().options.request_timeout + 1s; }

Task<> Session::idle_in_stream() {
  expect_nothing();
  co_await stream_wait_.until_woken();
}

void Session::wake() { stream_wait_.wake(worker_.completions); }

void Session::cut() {
  error_code ignored;
  socket_.close(ignored);
  wake();
}

void Session::on_second() {
  const auto passed = [this](const auto& deadline) { return deadline && worker_.now() >= *deadline; };
  if (passed(read_deadline_) || passed(write_deadline_)) {
    cut();
  } else {
    wake();
  }
}

void Session::on_stop() {
  if (idle_) {
    cut();
  } else {
    wake();
  }
}

}  // namespace provodka::http
