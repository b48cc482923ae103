#include "adapters/server_source/connection.h"

#include <charconv>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/http.hpp>

namespace provodka::server_source {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

// An atomic batch is one commit, which may be this large.
constexpr uint64_t kBodyBytesMax = 128 << 20;
constexpr std::chrono::seconds kConnectTimeout{5};

using Response = http::response<http::string_body>;

uint64_t number_in(const Response& response, std::string_view header) {
  const auto value = response[beast::string_view(header.data(), header.size())];
  uint64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

}  // namespace

template <class Start>
beast::error_code Connection::run(Start&& start) {
  beast::error_code result = asio::error::operation_aborted;
  context_.restart();
  start([&result](beast::error_code error, auto&&...) { result = error; });
  context_.run();
  return result;
}

beast::error_code Connection::connect(std::chrono::milliseconds timeout) {
  beast::error_code error;
  asio::ip::tcp::resolver resolver(context_);
  const auto endpoints = resolver.resolve(url_.host, url_.port, error);
  if (error) return error;
  stream_.expires_after(std::min<std::chrono::milliseconds>(timeout, kConnectTimeout));
  error = run([&](auto done) { stream_.async_connect(endpoints, std::move(done)); });
  if (error) return error;
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  buffer_.clear();
  open_ = true;
  return {};
}

std::unexpected<Fault> Connection::lost(beast::error_code error) {
  stream_.close();
  open_ = false;
  cut_ = error != beast::error::timeout;
  const bool closed = error == http::error::end_of_stream || error == http::error::partial_message;
  return fault("cannot reach {}: {}", url_.text,
               closed                           ? "it closed the connection"
               : error == beast::error::timeout ? "no answer in time"
                                                : error.message());
}

Result<Reply> Connection::get(const std::string& target, std::chrono::milliseconds timeout) {
  if (!open_) {
    if (const auto error = connect(timeout)) return lost(error);
  }
  http::request<http::empty_body> request(http::verb::get, url_.path + target, 11);
  request.set(http::field::host, url_.authority());
  request.set(http::field::user_agent, "provodka");
  stream_.expires_after(timeout);
  const auto unsent = run([&](auto done) { http::async_write(stream_, request, std::move(done)); });
  if (unsent) return lost(unsent);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyBytesMax);
  const auto unread = run([&](auto done) { http::async_read(stream_, buffer_, parser, std::move(done)); });
  if (unread) return lost(unread);
  stream_.expires_never();
  if (!parser.keep_alive()) {
    stream_.close();
    open_ = false;
  }
  Response& response = parser.get();
  return Reply{.status = response.result_int(),
               .body = std::move(response.body()),
               .first = number_in(response, "Provodka-First"),
               .last = number_in(response, "Provodka-Last"),
               .durable = number_in(response, "Provodka-Durable")};
}

void Connection::cut() {
  // It waits in the context until the next operation runs, where none is under way just now.
  asio::post(context_, [this] { stream_.close(); });
}

}  // namespace provodka::server_source
