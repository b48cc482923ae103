#pragma once

#include "ledger/core/result.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace provodka::tools {

// http://HOST[:PORT][/PATH]; the path is what stands before /v1.
struct Url {
  std::string text, host, port, path;

  static Result<Url> parse(std::string_view text);
  std::string authority() const;  // for the header Host
};

// A keep-alive connection to a server, HTTP/1.1 over TCP. Requests are pipelined: one coroutine posts while
// another one reads the answers in the same order. Belongs to the thread of its executor.
class HttpConnection {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  // Within `timeout` each read and each write must get on, else the connection is closed.
  HttpConnection(boost::asio::any_io_executor executor, const Url& url, std::chrono::seconds timeout);

  Awaitable<Result<void>> connect();

  struct Request {
    std::string_view target, content_type, actor;
    std::string body;
  };
  Awaitable<Result<void>> post(Request request);
  Awaitable<Result<void>> get(std::string target);

  // Reads one answer. The body of a 200 goes to `on_line` line by line while it arrives, without line feeds;
  // when that returns false, reading stops and the connection is of no more use. Another status brings its
  // body, of which 64 KiB are kept.
  struct Response {
    unsigned status = 0;
    std::string body;
    bool keep_alive = true;
  };
  Awaitable<Result<Response>> read(std::function<bool(std::string_view)> on_line);

  void close();

 private:
  std::string unreachable(std::string_view why) const;

  Url url_;
  std::chrono::seconds timeout_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace provodka::tools
