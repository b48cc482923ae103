#include "tools/provodka/http_client.h"

#include <array>
#include <charconv>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>

// GCC 12 takes the coroutine frames of Asio, which come from its own recycling allocator, for mismatched.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace provodka::tools {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kErrorBodyBytesMax = 64 << 10;
constexpr size_t kAnswerLineBytesMax = 1 << 20;

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url url{.text = std::string(text), .host = {}, .port = "80", .path = {}};
  if (text.starts_with("https://"))
    return fault("{}: https is not spoken here; use a tunnel or a proxy on this machine", text);
  if (!text.starts_with("http://")) return fault("{}: a URL such as http://127.0.0.1:8080 is expected", text);
  text.remove_prefix(7);
  const size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    url.path = text.substr(slash);
    while (url.path.ends_with('/')) url.path.pop_back();
    text = text.substr(0, slash);
  }
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos) {
    url.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  url.host = text;
  uint16_t port = 0;
  const auto [past, error] = std::from_chars(url.port.data(), url.port.data() + url.port.size(), port);
  const bool port_is_good = error == std::errc() && past == url.port.data() + url.port.size() && port != 0;
  const auto is_plain = [](std::string_view part) {
    for (const char c : part) {
      if (c <= 0x20 || c >= 0x7f) return false;
    }
    return true;
  };
  if (url.host.empty() || !port_is_good || !is_plain(url.text) ||
      url.text.find_first_of("?#@") != std::string::npos) {
    return fault("{}: a URL such as http://127.0.0.1:8080 is expected", url.text);
  }
  return url;
}

std::string Url::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

HttpConnection::HttpConnection(asio::any_io_executor executor, const Url& url, std::chrono::seconds timeout)
    : url_(url), timeout_(timeout), stream_(executor) {}

std::string HttpConnection::unreachable(std::string_view why) const {
  return fmt::format("cannot reach {}: {}", url_.text, why);
}

HttpConnection::Awaitable<Result<void>> HttpConnection::connect() {
  asio::ip::tcp::resolver resolver(stream_.get_executor());
  auto [resolve_error, endpoints] = co_await resolver.async_resolve(url_.host, url_.port, kTuple);
  if (resolve_error) co_return fault("{}", unreachable(resolve_error.message()));
  stream_.expires_after(timeout_);
  auto [error, endpoint] = co_await stream_.async_connect(endpoints, kTuple);
  if (error) co_return fault("{}", unreachable(error.message()));
  beast::error_code ignored;
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  co_return Result<void>();
}

HttpConnection::Awaitable<Result<void>> HttpConnection::post(Request request) {
  http::request<http::string_body> message(http::verb::post, url_.path + std::string(request.target), 11);
  message.set(http::field::host, url_.authority());
  message.set(http::field::user_agent, "provodka");
  message.set(http::field::content_type, request.content_type);
  message.set("Provodka-Actor", request.actor);
  message.body() = std::move(request.body);
  message.prepare_payload();
  stream_.expires_after(timeout_);
  auto [error, bytes] = co_await http::async_write(stream_, message, kTuple);
  if (error) co_return fault("the connection to {} was lost: {}", url_.text, error.message());
  co_return Result<void>();
}

HttpConnection::Awaitable<Result<void>> HttpConnection::get(std::string target) {
  http::request<http::empty_body> message(http::verb::get, url_.path + target, 11);
  message.set(http::field::host, url_.authority());
  message.set(http::field::user_agent, "provodka");
  stream_.expires_after(timeout_);
  auto [error, bytes] = co_await http::async_write(stream_, message, kTuple);
  if (error) co_return fault("the connection to {} was lost: {}", url_.text, error.message());
  co_return Result<void>();
}

HttpConnection::Awaitable<Result<HttpConnection::Response>> HttpConnection::read(
    std::function<bool(std::string_view)> on_line) {
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  const auto lost = [&](beast::error_code error) {
    return fault("the connection to {} was lost: {}", url_.text,
                 error == http::error::end_of_stream || error == http::error::partial_message
                     ? "closed by the other side"
                     : error.message());
  };
  stream_.expires_after(timeout_);
  auto [header_error, header_bytes] = co_await http::async_read_header(stream_, buffer_, parser, kTuple);
  if (header_error) co_return lost(header_error);
  Response response{.status = parser.get().result_int(), .body = {}, .keep_alive = parser.keep_alive()};
  std::array<char, 16 << 10> block;
  std::string line;
  while (!parser.is_done()) {
    parser.get().body().data = block.data();
    parser.get().body().size = block.size();
    stream_.expires_after(timeout_);
    auto [error, bytes] = co_await http::async_read(stream_, buffer_, parser, kTuple);
    if (error && error != http::error::need_buffer) co_return lost(error);
    std::string_view data(block.data(), block.size() - parser.get().body().size);
    if (response.status != 200) {
      response.body.append(
          data.substr(0, kErrorBodyBytesMax - std::min(kErrorBodyBytesMax, response.body.size())));
      continue;
    }
    for (size_t end; (end = data.find('\n')) != std::string_view::npos; data.remove_prefix(end + 1)) {
      line.append(data.substr(0, end));
      const bool goes_on = on_line(line);
      line.clear();
      if (!goes_on) co_return response;
    }
    line.append(data);
    if (line.size() > kAnswerLineBytesMax)
      co_return fault("{} answers with a line that does not end", url_.text);
  }
  if (!line.empty()) on_line(line);
  co_return response;
}

void HttpConnection::close() { stream_.close(); }

}  // namespace provodka::tools
