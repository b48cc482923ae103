#include "commands/http/server.h"

#include "commands/http/openapi.h"
#include "commands/http/session.h"

#include <future>
#include <mutex>
#include <thread>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace provodka::http {
namespace {

using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

// Connections that are told that there are too many; more than these are closed without a word.
constexpr size_t kRefusedMax = 256;

Result<asio::ip::address> address_of(const std::string& host) {
  error_code ec;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, ec);
  if (ec) return refusal("cannot listen on {}: it is no IP address", host);
  if (!address.is_loopback()) {
    return refusal(
        "cannot listen on {}: only addresses of the loopback, such as 127.0.0.1, until there is access "
        "control",
        host);
  }
  return address;
}

// Where the engine's news go. The engine has no way to stop telling, so what it holds outlives the server.
struct News {
  std::mutex mutex;
  std::vector<Worker*> workers;
};

}  // namespace

struct Server::Impl {
  using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;

  House house;
  std::vector<std::unique_ptr<Worker>> workers;
  std::vector<std::thread> threads;
  std::unique_ptr<Acceptor> acceptor;  // belongs to the first worker
  tcp::endpoint endpoint;
  std::shared_ptr<News> news = std::make_shared<News>();
  std::promise<void> accepted_last;
  std::once_flag stopped;

  Impl(engine::Engine& engine, ServerOptions options, projections::Views* views)
      : house{engine, std::move(options), {}, views, {}, {}} {}

  Result<void> listen() {
    const auto address = address_of(house.options.host);
    if (!address) return std::unexpected(address.error());
    try {
      acceptor = std::make_unique<Acceptor>(workers.front()->context.get_executor(),
                                            tcp::endpoint(*address, house.options.port), true);
      endpoint = acceptor->local_endpoint();
    } catch (const boost::system::system_error& e) {
      return fault("cannot listen on {}:{}: {}", house.options.host, house.options.port, e.code().message());
    }
    return {};
  }

  Task<> accept() {
    Worker& first = *workers.front();
    for (size_t next = 0; acceptor->is_open(); ++next) {
      Worker& worker = *workers[next % workers.size()];
      error_code ec;
      Socket socket = co_await acceptor->async_accept(worker.context, asio::redirect_error(use_task, ec));
      if (ec == asio::error::operation_aborted) break;
      if (ec) {
        if (house.options.warn)
          house.options.warn(fmt::format("a connection cannot be accepted: {}", ec.message()));
        Timer pause(first.context.get_executor(), 100ms);
        co_await pause.async_wait(asio::redirect_error(use_task, ec));
        continue;
      }
      start(worker, std::move(socket));
    }
    accepted_last.set_value();
  }

  void start(Worker& worker, Socket socket) {
    const size_t open = house.connections.fetch_add(1);
    if (open >= house.options.connections_max + kRefusedMax) {
      house.connections.fetch_sub(1);
      return;
    }
    auto session =
        std::make_unique<Session>(worker, std::move(socket), open >= house.options.connections_max);
    asio::co_spawn(worker.context, Session::serve(std::move(session)), asio::detached);
  }

  void follow() {
    for (const auto& worker : workers) news->workers.push_back(worker.get());
    house.engine.on_durable([shared = news](Position) {
      std::lock_guard lock(shared->mutex);
      for (Worker* worker : shared->workers) worker->on_durable();
    });
  }

  void stop() {
    asio::post(workers.front()->context, [this] {
      error_code ignored;
      acceptor->close(ignored);
    });
    accepted_last.get_future().wait();  // so that no session comes to a worker that has stopped
    for (const auto& worker : workers) asio::post(worker->context, [w = worker.get()] { w->stop(); });
    for (std::thread& thread : threads) thread.join();
    std::lock_guard lock(news->mutex);
    news->workers.clear();
  }
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { stop(); }

Result<std::unique_ptr<Server>> Server::start(engine::Engine& engine, ServerOptions options,
                                              projections::Views* views) {
  if (options.threads == 0) options.threads = 1;
  auto impl = std::make_unique<Impl>(engine, std::move(options), views);
  for (unsigned i = 0; i < impl->house.options.threads; ++i)
    impl->workers.push_back(std::make_unique<Worker>(impl->house));
  if (const auto listening = impl->listen(); !listening) return std::unexpected(listening.error());
  impl->house.openapi = openapi();
  impl->follow();
  asio::co_spawn(impl->workers.front()->context, impl->accept(), asio::detached);
  for (const auto& worker : impl->workers) impl->threads.emplace_back([w = worker.get()] { w->run(); });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Result<void> Server::check_host(const std::string& host) {
  if (const auto address = address_of(host); !address) return std::unexpected(address.error());
  return {};
}

uint16_t Server::port() const { return impl_->endpoint.port(); }

std::string Server::url() const {
  const auto address = impl_->endpoint.address();
  return fmt::format(fmt::runtime(address.is_v6() ? "http://[{}]:{}" : "http://{}:{}"), address.to_string(),
                     port());
}

void Server::stop() {
  std::call_once(impl_->stopped, [this] { impl_->stop(); });
}

}  // namespace provodka::http
