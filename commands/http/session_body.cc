#include "commands/http/session.h"

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

// How a session takes bytes in.
namespace provodka::http {
namespace {

namespace beast = boost::beast;

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

Task<bool> Session::receive(size_t bytes) {
  error_code ec;
  const auto room = in_.prepare(bytes);
  const size_t received = co_await socket_.async_read_some(room, asio::redirect_error(use_task, ec));
  in_.commit(received);
  paused_ = received < room.size();
  co_return !ec && received > 0;
}

Task<bool> Session::read_body_piece(BodySink& sink, size_t bytes) {
  body_wanted_ = true;
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
      if (in_.size() >
          house().options.header_bytes_max) {  // between chunks there is no more than a short line
        keep_alive_ = false;
        body_error_ = beast::http::error::header_limit;
        co_return false;
      }
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
    const bool more = co_await read_body_piece(collect, kSessionReadBytes);
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
    const bool more = co_await read_body_piece(discard, kSessionReadBytes);
    if (!more) co_return false;
  }
  co_return parser_->is_done();
}

}  // namespace provodka::http
