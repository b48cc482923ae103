#include "commands/http/session.h"

#include "commands/http/headers.h"
#include "commands/http/router.h"

#include <boost/beast/http/error.hpp>
#include <fmt/format.h>

namespace provodka::http {
namespace {

namespace beast = boost::beast;
using namespace std::chrono_literals;

constexpr size_t kOutBytesKept = 1 << 20;
constexpr auto kLinger = 2s;
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
  answered_ = in_piece_ = continue_due_ = body_wanted_ = false;
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
    const bool received = co_await receive(kSessionReadBytes);
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
    answer(Problem(problems::headers_too_large, fmt::format("the head of a request has at most {} bytes",
                                                            house().options.header_bytes_max)));
  } else {
    answer(Problem(problems::malformed_http, ec.message()));
  }
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

// Waits for the client to close first: closing on bytes that are still unread would take the answer back.
Task<> Session::linger() {
  error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  if (worker_.stopping() && parser_ && parser_->is_done()) co_return;
  read_deadline_ = worker_.now() + kLinger;
  while (!ec) {
    in_.clear();
    const bool received = co_await receive(kSessionReadBytes);
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
