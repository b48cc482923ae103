#pragma once

#include "adapters/server_source/connection.h"

#include <memory>
#include <mutex>
#include <vector>

namespace provodka::server_source {

// A server and a few connections to it that are used again. Any thread may call.
class Server {
 public:
  // Nothing is asked of it yet; a fault is about the URL.
  static Result<std::unique_ptr<Server>> at(std::string_view url);

  // A fault: it cannot be reached, or did not answer in time. What the server refuses is an answer.
  Result<Reply> get(const std::string& target, std::chrono::milliseconds timeout);

  // What is under way ends with a fault, and so does everything later.
  void stop();

  const std::string& url() const { return url_.text; }

 private:
  explicit Server(Url url) : url_(std::move(url)) {}
  std::unique_ptr<Connection> take();
  void give_back(std::unique_ptr<Connection>);

  const Url url_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::vector<Connection*> busy_;
  bool stopped_ = false;
};

// What the server said of why it does not give what was asked for.
std::unexpected<Fault> refused(const Server&, const Reply&);

}  // namespace provodka::server_source
