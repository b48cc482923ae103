#include "adapters/server_source/server.h"

#include <algorithm>

#include <simdjson.h>

namespace provodka::server_source {
namespace {

constexpr size_t kIdleMax = 4;

}  // namespace

Result<std::unique_ptr<Server>> Server::at(std::string_view text) {
  auto url = Url::parse(text);
  if (!url) return std::unexpected(url.error());
  return std::unique_ptr<Server>(new Server(std::move(*url)));
}

std::unique_ptr<Connection> Server::take() {
  std::lock_guard lock(mutex_);
  if (stopped_) return nullptr;
  std::unique_ptr<Connection> connection;
  if (idle_.empty()) {
    connection = std::make_unique<Connection>(url_);
  } else {
    connection = std::move(idle_.back());
    idle_.pop_back();
  }
  busy_.push_back(connection.get());
  return connection;
}

void Server::give_back(std::unique_ptr<Connection> connection) {
  std::lock_guard lock(mutex_);
  std::erase(busy_, connection.get());
  if (connection->is_open() && !stopped_ && idle_.size() < kIdleMax) idle_.push_back(std::move(connection));
}

Result<Reply> Server::get(const std::string& target, std::chrono::milliseconds timeout) {
  for (;;) {
    auto connection = take();
    if (!connection) return fault("{} is asked no more", url_.text);
    const bool used_before = connection->is_open();
    auto reply = connection->get(target, timeout);
    const bool was_cut = connection->was_cut();
    give_back(std::move(connection));
    // The server may have closed a connection that was idle; that says nothing of how it is now. Each round
    // takes such a connection out, so that one that is new comes at last.
    if (!reply && used_before && was_cut) continue;
    return reply;
  }
}

void Server::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  for (Connection* connection : busy_) connection->cut();
}

std::unexpected<Fault> refused(const Server& server, const Reply& reply) {
  simdjson::dom::parser parser;
  simdjson::dom::element problem;
  std::string_view detail;
  const bool told = parser.parse(reply.body).get(problem) == simdjson::SUCCESS &&
                    problem["detail"].get(detail) == simdjson::SUCCESS;
  return fault("{} answers {}{}{}", server.url(), reply.status, told ? ": " : "", detail);
}

}  // namespace provodka::server_source
