#pragma once

#include "adapters/routeros/router.h"
#include "adapters/routeros/secret.h"
#include "adapters/routeros/sentence.h"
#include "adapters/routeros/stream.h"

#include <memory>
#include <string>

namespace provodka::routeros {

struct RouterOptions {
  Endpoint endpoint;  // the API's port is 8728, with TLS 8729; REST's is that of the router's web service
  std::string login;
  Secret password;

  milliseconds connect_timeout{5'000};   // for all of connect(), the login too
  milliseconds command_timeout{10'000};  // for each command, from when it is sent
  milliseconds print_timeout{60'000};    // the same for print
  milliseconds silence_timeout{10'000};  // without a byte, while an answer is due

  size_t in_flight_max = 64;     // commands on their way at once; for REST connections: see rest.h
  size_t queue_max = 100'000;    // operations that wait to be sent; more are refused
  size_t items_max = 1'000'000;  // of one answer
  size_t answer_bytes_max = 256 << 20;
  SentenceLimits sentences;
};

// The API on one TCP connection, for many commands at once, told apart by tags. What cannot be understood and
// what does not come in time ends the connection, since nothing says where to read on: every command that
// waits has a Fault then, which begins with the place and names the command or the byte.
class Connection final : public Router {
 public:
  Connection(asio::io_context& context, RouterOptions options);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<Result<void>> connect() override;
  Task<Answers> execute(std::vector<Operation> operations) override;
  bool is_connected() const override;
  std::string fingerprint() const override;
  void close() override;
  const std::string& place() const override { return place_; }

 private:
  asio::io_context& context_;
  std::shared_ptr<const RouterOptions> options_;
  std::string place_;
  std::shared_ptr<class Link> link_;
};

}  // namespace provodka::routeros
