#pragma once

#include "adapters/routeros/task.h"
#include "ledger/core/result.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace provodka::routeros {

// How a router's certificate is looked at. Most routers have one of their own making, so a fingerprint is
// what fits them; `unverified` keeps out who only listens.
struct TlsOptions {
  enum class Mode : unsigned char { off, authority, fingerprint, unverified };
  Mode mode = Mode::off;
  std::string authority_file;  // of authority: PEM; empty: the system's
  std::string name;            // of authority: what the certificate must be for; empty: the host
  std::string fingerprint;     // of fingerprint: SHA-256 of the certificate, hexadecimal, colons allowed
};

struct Endpoint {
  std::string host;  // an address, or a name, which is resolved at each connect
  uint16_t port = 0;
  TlsOptions tls;

  // `router 10.0.0.1:8728`
  std::string place() const;
};

// A connection of bytes, plain or with TLS. For one thread; one read and one write may wait at once. It must
// outlive what waits on it.
class Stream {
 public:
  Stream(asio::io_context& context, Endpoint endpoint);

  // Resolves, connects, and shakes hands. The Fault says what it was doing and begins with the place.
  Task<Result<void>> open(Clock::time_point deadline);

  Task<size_t> read_some(asio::mutable_buffer buffer, error_code& ec);
  Task<> write(asio::const_buffer buffer, error_code& ec);

  // What waits comes back with an error. Nothing is said to the other side but the end.
  void close();
  bool is_open() const { return socket_ != nullptr && socket_->is_open(); }

  // Open, and nothing has come that nobody read, such as the end: a connection that was kept may be used.
  bool is_quiet() const;

  const Endpoint& endpoint() const { return endpoint_; }

  // Of the certificate that was shown last, as Router::fingerprint.
  const std::string& fingerprint() const { return fingerprint_; }
  const Executor& executor() const { return executor_; }

 private:
  using TlsStream = asio::ssl::stream<Socket&>;

  Task<Result<void>> connect(Clock::time_point deadline);
  Task<Result<void>> shake_hands();
  Result<void> prepare_tls();
  Result<void> look_at_certificate();

  Executor executor_;
  Endpoint endpoint_;
  std::unique_ptr<Socket> socket_;
  std::unique_ptr<asio::ssl::context> tls_context_;
  std::unique_ptr<TlsStream> tls_;
  std::string fingerprint_;
};

// What an error of a Stream means, for a Fault.
std::string reason_of(const error_code& ec);

}  // namespace provodka::routeros
