#include "adapters/routeros/rest.h"

#include "adapters/routeros/rest_json.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>

namespace provodka::routeros {

namespace http = boost::beast::http;

// One connection to the router's web service.
struct RestClient::Session {
  Session(asio::io_context& context, std::shared_ptr<const RouterOptions> o)
      : options(std::move(o)), stream(context, options->endpoint) {}

  std::shared_ptr<const RouterOptions> options;
  Stream stream;
  boost::beast::flat_buffer in;
  bool busy = false;
  bool gone = false;  // the client was closed meanwhile
};

// The operations of one call, which its sessions share.
struct RestClient::Batch {
  RestClient* client;
  std::vector<Operation> operations;
  Answers answers;
  std::deque<std::shared_ptr<Session>> sessions;
  size_t next = 0;
  size_t left;
  Timer done;
};

namespace {

std::string head_and_body(const RouterOptions& options, const Operation& operation) {
  const RestRequest request = rest_request(operation);
  const Endpoint& endpoint = options.endpoint;
  const bool v6 = endpoint.host.find(':') != endpoint.host.npos;
  std::string out =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}{}{}:{}\r\nAuthorization: {}\r\nAccept: application/json\r\n",
                  request.method, request.target, v6 ? "[" : "", endpoint.host, v6 ? "]" : "", endpoint.port,
                  basic_authorization(options.login, options.password.reveal()));
  if (request.body.empty()) return out + "\r\n";
  out += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n", request.body.size());
  return out + request.body;
}

}  // namespace

RestClient::RestClient(asio::io_context& context, RouterOptions options, size_t connections_max)
    : context_(context),
      options_(std::make_shared<const RouterOptions>(std::move(options))),
      place_(options_->endpoint.place()),
      connections_max_(std::max<size_t>(1, connections_max)) {}

RestClient::~RestClient() { close(); }

void RestClient::close() {
  connected_ = false;
  for (const auto& session : sessions_) {
    session->gone = true;
    session->stream.close();
  }
  sessions_.clear();
}

Task<Result<void>> RestClient::connect() {
  close();
  connected_ = true;
  Operation identity = print("/system/identity", {"name"});
  identity.timeout = options_->connect_timeout;
  Result<Answer> answer = co_await ask(std::move(identity));
  if (!answer) co_return std::unexpected(answer.error());
  if (answer->refusal != Refusal::none) {
    close();
    co_return refusal("{}: asked for its name, it says: {}", place_, answer->message);
  }
  co_return Result<void>();
}

Task<Answers> RestClient::execute(std::vector<Operation> operations) {
  const size_t count = operations.size();
  if (!connected_) {
    Answers none(count, fault("{}: not connected", place_));
    co_return none;
  }
  if (count > options_->queue_max) {
    Answers full(count, refusal("{}: {} operations at once are too many", place_, count));
    co_return full;
  }
  const auto batch = std::make_shared<Batch>(Batch{this,
                                                   std::move(operations),
                                                   Answers(count),
                                                   {},
                                                   0,
                                                   count,
                                                   Timer(context_.get_executor(), Clock::time_point::max())});
  for (const auto& session : sessions_) {
    if (!session->busy && batch->sessions.size() < count) batch->sessions.push_back(session);
  }
  // A call that finds every session busy has one of its own, so that it need not wait for the other's end.
  while (batch->sessions.size() < count && (sessions_.size() < connections_max_ || batch->sessions.empty())) {
    sessions_.push_back(std::make_shared<Session>(context_, options_));
    batch->sessions.push_back(sessions_.back());
  }
  const size_t workers = batch->sessions.size();
  for (const auto& session : batch->sessions) session->busy = true;
  for (size_t i = 0; i < workers; ++i) asio::co_spawn(context_.get_executor(), work(batch), asio::detached);
  while (batch->left > 0) {
    error_code ignored;
    co_await batch->done.async_wait(asio::redirect_error(use_task, ignored));
  }
  co_return std::move(batch->answers);
}

Task<> RestClient::work(std::shared_ptr<Batch> batch) {
  const auto session = batch->sessions.front();
  batch->sessions.pop_front();
  while (batch->next < batch->operations.size()) {
    const size_t index = batch->next++;
    Result<Answer> answer = co_await exchange(session, batch->operations[index]);
    // The client itself may be gone by now, but only together with its sessions.
    if (!session->gone) batch->client->fingerprint_ = session->stream.fingerprint();
    if (!answer && !session->gone) batch->client->close();
    batch->answers[index] = std::move(answer);
    if (--batch->left == 0) batch->done.cancel();
  }
  session->busy = false;
  if (session->gone) co_return;
  auto& kept = batch->client->sessions_;
  if (kept.size() > batch->client->connections_max_) std::erase(kept, session);
}

Task<Result<Answer>> RestClient::exchange(std::shared_ptr<Session> session, const Operation& operation) {
  const RouterOptions& options = *session->options;
  const std::string place = options.endpoint.place();
  if (session->gone)
    co_return fault("{}: the connection was closed before {} was sent", place, operation.name());
  Stream& stream = session->stream;
  if (!stream.is_quiet()) {  // not open yet, or closed by the router since
    session->in.clear();
    Result<void> opened = co_await stream.open(Clock::now() + options.connect_timeout);
    if (!opened) co_return std::unexpected(opened.error());
    if (session->gone) {
      stream.close();
      co_return fault("{}: the connection was closed before {} was sent", place, operation.name());
    }
  }
  bool late = false;
  const auto time = operation.timeout.value_or(operation.verb == Verb::print ? options.print_timeout
                                                                             : options.command_timeout);
  const Deadline guard(stream.executor(), Clock::now() + time, [&late, &stream] {
    late = true;
    stream.close();
  });
  const std::string sent = head_and_body(options, operation);
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.header_limit(64 << 10);
  parser.body_limit(options.answer_bytes_max);
  error_code ec;
  co_await stream.write(asio::buffer(sent), ec);
  while (!ec && !parser.is_done()) {
    const size_t read = co_await stream.read_some(session->in.prepare(64 << 10), ec);
    if (ec) {
      error_code at_end;
      if (ec == asio::error::eof && parser.got_some()) parser.put_eof(at_end);
      if (parser.is_done() && !at_end) ec = {};
      break;
    }
    session->in.commit(read);
    const size_t used = parser.put(session->in.data(), ec);
    session->in.consume(used);
    if (ec == http::error::need_more) ec = {};
  }
  if (late) co_return fault("{}: no answer to {} in the time it has", place, operation.name());
  if (ec || !parser.is_done()) {
    stream.close();
    co_return fault("{}: at {}: {}", place, operation.name(), reason_of(ec));
  }
  if (!parser.keep_alive() || session->in.size() > 0) stream.close();
  auto answer = rest_answer(operation, parser.get().result_int(), parser.get().body(), options.items_max);
  if (!answer)
    co_return std::unexpected(
        Fault{fmt::format("{}: {}", place, answer.error().what), answer.error().refused});
  answer->message = options.password.blot(answer->message);
  co_return answer;
}

}  // namespace provodka::routeros
