#include "adapters/http_client/client.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <sys/socket.h>

namespace provodka::http_client {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Clock = std::chrono::steady_clock;
using beast::error_code;

namespace {

beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

std::string reason_of(const error_code& error) {
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::ssl::error::stream_truncated || error == asio::error::eof)
    return "it closed the connection";
  if (error == beast::error::timeout) return "no answer in time";
  if (error.category() == http::make_error_code(http::error::bad_version).category())
    return "what it answers is no HTTP";
  return error.message();
}

}  // namespace

std::string_view Reply::header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &Headers::value_type::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

struct Client::Link {
  asio::io_context context{1};
  asio::ssl::context tls_context{asio::ssl::context::tls_client};
  std::optional<beast::tcp_stream> plain;
  std::optional<beast::ssl_stream<beast::tcp_stream&>> tls;
  beast::flat_buffer buffer;
  bool open = false;

  // Starts an operation and waits for it, no longer than the stream has.
  template <class Start>
  error_code run(Start&& start, size_t* bytes = nullptr) {
    error_code result = asio::error::operation_aborted;
    context.restart();
    start([&result, bytes](error_code error, auto&&... rest) {
      result = error;
      if constexpr (sizeof...(rest) == 1) {
        if constexpr ((std::is_convertible_v<decltype(rest), size_t> && ...)) {
          if (bytes) ((*bytes = rest), ...);
        }
      }
    });
    context.run();
    return result;
  }

  template <class F>
  error_code with_stream(F&& f) {
    return tls ? f(*tls) : f(*plain);
  }

  void close() {
    if (plain) plain->close();
    open = false;
  }

  // Whether nothing has come that nobody asked for, such as the end of the connection.
  bool is_quiet() {
    if (!open) return false;
    char byte;
    return ::recv(plain->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  error_code connect(const Url& url, const std::string& authority_file, Clock::time_point deadline) {
    error_code error;
    tls.reset();
    plain.emplace(context);
    buffer.clear();
    asio::ip::tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(url.host, url.port, error);
    if (error) return error;
    plain->expires_at(deadline);
    error = run([&](auto done) { plain->async_connect(endpoints, std::move(done)); });
    if (error) return error;
    error_code ignored;
    plain->socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    if (url.tls) error = shake_hands(url, authority_file);
    open = !error;
    return error;
  }

  error_code shake_hands(const Url& url, const std::string& authority_file) {
    error_code error;
    if (authority_file.empty()) {
      tls_context.set_default_verify_paths(error);
    } else {
      tls_context.load_verify_file(authority_file, error);
    }
    if (error) return error;
    SSL_CTX_set_min_proto_version(tls_context.native_handle(), TLS1_2_VERSION);
    tls.emplace(*plain, tls_context);
    tls->set_verify_mode(asio::ssl::verify_peer);
    tls->set_verify_callback(asio::ssl::host_name_verification(url.host));
    SSL_set_tlsext_host_name(tls->native_handle(), url.host.c_str());
    return run([&](auto done) { tls->async_handshake(asio::ssl::stream_base::client, std::move(done)); });
  }
};

Client::Client(Url url, std::string authority_file, size_t body_bytes_max)
    : url_(std::move(url)),
      authority_file_(std::move(authority_file)),
      body_bytes_max_(body_bytes_max),
      link_(std::make_unique<Link>()) {}

Client::~Client() = default;

Exchanged Client::exchange(const Request& asked) {
  Link& link = *link_;
  const auto failed = [&](const error_code& error, bool sent) {
    link.close();
    const std::string why = stopped_ ? "it is asked no more" : reason_of(error);
    return std::unexpected(Failed{fmt::format("{}: {}", url_.place(), why), sent});
  };
  if (stopped_) return failed({}, false);
  const auto deadline = Clock::now() + asked.timeout;
  if (!link.is_quiet()) {
    link.close();
    if (const auto error = link.connect(url_, authority_file_, deadline)) return failed(error, false);
  }
  http::request<http::string_body> request;
  request.method_string(view(asked.method));
  request.target(view(url_.path + asked.target));
  request.version(11);
  request.set(http::field::host, url_.authority());
  request.set(http::field::user_agent, "provodka");
  for (const auto& [name, value] : asked.headers) request.set(view(name), view(value));
  request.body() = asked.body;
  if (asked.method != "GET") request.prepare_payload();
  link.plain->expires_at(deadline);
  size_t written = 0;
  const auto unsent = link.with_stream([&](auto& stream) {
    return link.run([&](auto done) { http::async_write(stream, request, std::move(done)); }, &written);
  });
  // With TLS a part may have left that is not counted.
  if (unsent) return failed(unsent, written > 0 || url_.tls);
  http::response_parser<http::string_body> parser;
  parser.body_limit(body_bytes_max_);
  const auto unread = link.with_stream([&](auto& stream) {
    return link.run([&](auto done) { http::async_read(stream, link.buffer, parser, std::move(done)); });
  });
  if (unread) return failed(unread, true);
  link.plain->expires_never();
  if (!parser.keep_alive() || link.buffer.size() > 0) link.close();
  Reply reply{.status = parser.get().result_int(), .headers = {}, .body = std::move(parser.get().body())};
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    reply.headers.emplace_back(std::move(name), std::string(field.value()));
  }
  return reply;
}

void Client::stop() {
  stopped_ = true;
  // It waits in the context until the next operation runs, where none is under way just now.
  asio::post(link_->context, [link = link_.get()] { link->close(); });
}

}  // namespace provodka::http_client
