#pragma once

#include "adapters/server_source/url.h"

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace provodka::server_source {

struct Reply {
  unsigned status = 0;
  std::string body;
  // Of the log: the positions of its first and last line in the body, and the last that is durable.
  uint64_t first = 0, last = 0, durable = 0;
};

// A keep-alive connection to a server. It blocks who uses it, one thread at a time, each step up to a limit.
class Connection {
 public:
  explicit Connection(const Url& url) : url_(url) {}

  bool is_open() const { return open_; }
  // Whether it ended because the other side would wait no more, and not because it took too long.
  bool was_cut() const { return cut_; }
  // Connects where it is not connected. The whole answer must be there within the time.
  Result<Reply> get(const std::string& target, std::chrono::milliseconds timeout);

  // Any thread: what is under way ends with a fault.
  void cut();

 private:
  // Starts an operation and waits for it; its timeout is that of the stream.
  template <class Start>
  boost::beast::error_code run(Start&& start);
  boost::beast::error_code connect(std::chrono::milliseconds timeout);
  std::unexpected<Fault> lost(boost::beast::error_code);

  const Url& url_;
  boost::asio::io_context context_{1};
  boost::beast::tcp_stream stream_{context_};
  boost::beast::flat_buffer buffer_;
  bool open_ = false, cut_ = false;
};

}  // namespace provodka::server_source
