#include "adapters/routeros/connection.h"

#include "adapters/routeros/link.h"

namespace provodka::routeros {

Connection::Connection(asio::io_context& context, RouterOptions options)
    : context_(context),
      options_(std::make_shared<const RouterOptions>(std::move(options))),
      place_(options_->endpoint.place()) {}

Connection::~Connection() { close(); }

Task<Result<void>> Connection::connect() {
  close();
  const auto link = std::make_shared<Link>(context_, options_);
  link_ = link;
  Result<void> opened = co_await link->open();
  co_return opened;
}

Task<Answers> Connection::execute(std::vector<Operation> operations) {
  const auto link = link_;
  if (!link) {
    Answers none(operations.size(), fault("{}: not connected yet", place_));
    co_return none;
  }
  Answers answers = co_await link->execute(std::move(operations));
  co_return answers;
}

bool Connection::is_connected() const { return link_ && link_->is_open(); }

std::string Connection::fingerprint() const { return link_ ? link_->fingerprint() : std::string(); }

void Connection::close() {
  if (link_) link_->close("the connection was closed here");
}

}  // namespace provodka::routeros
