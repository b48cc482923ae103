#pragma once

#include "ledger/core/result.h"
#include "ledger/engine/engine.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace provodka::projections {
class Views;
}

namespace provodka::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  // of the loopback: until there is access control nothing else is bound
  uint16_t port = 8080;            // zero: one that is free
  unsigned threads = 1;
  size_t body_bytes_max = 64 << 20;  // of a batch; a single command has the limit of the codec
  size_t header_bytes_max = 16 << 10;
  std::chrono::seconds idle_timeout{75};  // of a connection without a request under way
  std::chrono::seconds request_timeout{
      30};                                // within which a client makes progress with what it sends or takes
  std::chrono::seconds stop_timeout{10};  // for the requests under way when the server stops
  size_t connections_max = 4096;
  std::function<void(std::string)> warn;  // what the operator should know; any thread
};

// The HTTP server of an engine, on threads of its own. The engine must outlive it, and so must the views of
// the read models, where there are any.
class Server {
 public:
  // Listens when it returns. What cannot be bound is a fault.
  static Result<std::unique_ptr<Server>> start(engine::Engine&, ServerOptions, projections::Views* = nullptr);
  ~Server();

  // Whether start() would bind this host.
  static Result<void> check_host(const std::string& host);

  uint16_t port() const;
  std::string url() const;  // http://HOST:PORT

  // Takes no more connections, finishes the requests under way within stop_timeout, and closes the streams.
  // Returns when that is done; further calls do nothing.
  void stop();

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::http
