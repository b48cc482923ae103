#pragma once

#include "adapters/routeros/connection.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace provodka::routeros {

// The v7 REST API, of the router's services www (HTTP) and www-ssl (HTTPS). HTTP gives one answer after the
// other, so several connections share the work; they are kept for the next call. print is POST
// `<menu>/print`, add PUT, set PATCH, remove DELETE, any other command POST. The router itself gives up on a
// request after 60 s.
//
// PUT is not idempotent, so a request whose connection breaks is never sent again here: who asked reads back.
class RestClient final : public Router {
 public:
  RestClient(asio::io_context& context, RouterOptions options, size_t connections_max = 4);
  ~RestClient() override;
  RestClient(const RestClient&) = delete;
  RestClient& operator=(const RestClient&) = delete;

  Task<Result<void>> connect() override;
  Task<Answers> execute(std::vector<Operation> operations) override;
  bool is_connected() const override { return connected_; }
  std::string fingerprint() const override { return fingerprint_; }
  void close() override;
  const std::string& place() const override { return place_; }

 private:
  struct Session;
  struct Batch;

  // Takes the operations of a batch, one after the other, until none is left.
  static Task<> work(std::shared_ptr<Batch> batch);
  static Task<Result<Answer>> exchange(std::shared_ptr<Session> session, const Operation& operation);

  asio::io_context& context_;
  std::shared_ptr<const RouterOptions> options_;
  std::string place_;
  size_t connections_max_;
  bool connected_ = false;
  std::string fingerprint_;
  std::vector<std::shared_ptr<Session>> sessions_;
};

}  // namespace provodka::routeros
