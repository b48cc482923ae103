#pragma once

#include "commands/http/server.h"
#include "ledger/engine/engine.h"

#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

// A server on an engine in a directory of its own, and a client that is nothing but a socket.
namespace provodka::test {

using namespace std::chrono_literals;
constexpr auto kPatience = 60s;

// Waits for a condition that must come true.
template <class F>
void eventually(F&& condition, std::string_view what) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) FAIL("it never happened: " << what);
    std::this_thread::sleep_for(1ms);
  }
}

// What the client needs, also on threads where the framework may not be asked.
inline void must(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "the client: %s\n", what);
  std::abort();
}

struct Reply {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  bool whole = false;  // the body was complete
};

// A connection to the server. What it reads waits at most kPatience.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "cannot connect");
  }
  Client(const Client&) = delete;
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}
  ~Client() { close(); }

  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  void finish_sending() { ::shutdown(fd_, SHUT_WR); }

  // False when the server closed the connection meanwhile.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // Reads more; false at the end of the connection.
  bool receive() {
    pollfd waiting{fd_, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::chrono::milliseconds(kPatience).count()));
    must(ready == 1, "nothing comes from the server");
    char bytes[65536];
    const ssize_t received = ::recv(fd_, bytes, sizeof bytes, 0);
    if (received <= 0) return false;
    in_.append(bytes, static_cast<size_t>(received));
    return true;
  }

  // Reads up to and with `end`, which is cut off; nullopt where the connection ends before.
  std::optional<std::string> read_until(std::string_view end) {
    size_t found;
    while ((found = in_.find(end)) == in_.npos) {
      if (!receive()) return std::nullopt;
    }
    std::string text = in_.substr(0, found);
    in_.erase(0, found + end.size());
    return text;
  }
  std::optional<std::string> read_exactly(size_t bytes) {
    while (in_.size() < bytes) {
      if (!receive()) return std::nullopt;
    }
    std::string text = in_.substr(0, bytes);
    in_.erase(0, bytes);
    return text;
  }

  std::optional<Reply> read_head() {
    const auto head = read_until("\r\n\r\n");
    if (!head) return std::nullopt;
    Reply reply;
    must(head->starts_with("HTTP/1.1 "), "no answer");
    reply.status = std::atoi(head->c_str() + 9);
    for (size_t at = head->find("\r\n"); at != head->npos; at = head->find("\r\n", at + 2)) {
      const std::string line = head->substr(at + 2, head->find("\r\n", at + 2) - at - 2);
      const size_t colon = line.find(':');
      must(colon != line.npos, "no header");
      std::string name = line.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      std::string value = line.substr(colon + 1);
      value.erase(0, value.find_first_not_of(' '));
      reply.headers[name] = value;
    }
    return reply;
  }

  // The next chunk of a chunked body; empty at its end, nullopt where the connection ends before.
  std::optional<std::string> read_chunk() {
    const auto size = read_until("\r\n");
    if (!size) return std::nullopt;
    const size_t bytes = std::strtoul(size->c_str(), nullptr, 16);
    auto chunk = read_exactly(bytes + 2);
    if (!chunk) return std::nullopt;
    must(chunk->ends_with("\r\n"), "no chunk");
    chunk->resize(bytes);
    return chunk;
  }

  // Reads an answer; status 0 when there is none.
  Reply read(bool head_only = false) {
    auto reply = read_head();
    if (!reply) return {};
    if (head_only) {
      reply->whole = true;
    } else if (reply->headers.contains("content-length")) {
      const auto body = read_exactly(std::stoul(reply->headers["content-length"]));
      reply->whole = body.has_value();
      reply->body = body.value_or("");
    } else if (reply->headers.contains("transfer-encoding")) {
      for (;;) {
        const auto chunk = read_chunk();
        if (!chunk) break;
        if (chunk->empty()) {
          reply->whole = true;
          break;
        }
        reply->body += *chunk;
      }
    } else {
      while (receive()) {
      }
      reply->body = std::exchange(in_, {});
      reply->whole = true;
    }
    return *reply;
  }
  // True when the server closes the connection and has sent nothing more.
  bool ended() { return in_.empty() && !receive(); }

  Reply get(std::string_view target, std::string_view headers = {}) {
    send(fmt::format("GET {} HTTP/1.1\r\nHost: test\r\n{}\r\n", target, headers));
    return read();
  }
  Reply post(std::string_view target, std::string_view body, std::string_view headers = {}) {
    send(fmt::format("POST {} HTTP/1.1\r\nHost: test\r\n{}Content-Length: {}\r\n\r\n{}", target, headers,
                     body.size(), body));
    return read();
  }

 private:
  int fd_;
  std::string in_;
};

// An engine with one tenant and a server on it.
class House {
 public:
  explicit House(http::ServerOptions options = {}, projections::Views* views = nullptr)
      : options_(std::move(options)), views_(views) {
    static std::atomic<int> number = 0;
    dir_ = std::filesystem::temp_directory_path() / fmt::format("provodka-http-{}-{}", ::getpid(), ++number);
    std::filesystem::remove_all(dir_);
    options_.port = 0;
    options_.warn = [this](const std::string& text) {
      std::lock_guard lock(mutex_);
      warnings_.push_back(text);
    };
    open();
    CHECK(command("t-1", "tenant.create", R"("currency":"RUB","zone":"Europe/Moscow","locale":"ru-RU")")
              .status == 201);
  }
  ~House() {
    close();
    std::filesystem::remove_all(dir_);
  }

  void open() {
    engine::EngineOptions options;
    options.data = dir_.string();
    auto engine = engine::Engine::open(std::move(options));
    REQUIRE(engine);
    engine_ = std::move(*engine);
    auto server = http::Server::start(*engine_, options_, views_);
    REQUIRE(server);
    server_ = std::move(*server);
  }
  void close() {
    server_.reset();
    engine_.reset();
  }

  http::Server& server() { return *server_; }
  engine::Engine& engine() { return *engine_; }
  std::string dir() const { return dir_.string(); }
  std::vector<std::string> warnings() {
    std::lock_guard lock(mutex_);
    return warnings_;
  }

  Client client() { return Client(server_->port()); }
  Reply get(std::string_view target, std::string_view headers = {}) { return client().get(target, headers); }
  Reply post(std::string_view target, std::string_view body, std::string_view headers = {}) {
    return client().post(target, body, headers);
  }

  static std::string text(std::string_view id, std::string_view type, std::string_view data,
                          std::string_view tenant = "acme") {
    return fmt::format(R"({{"type":"{}","id":"{}","tenant":"{}","data":{{{}}}}})", type, id, tenant, data);
  }
  static std::string open_text(std::string_view id, std::string_view account) {
    return text(id, "account.open", fmt::format(R"("account":"{}")", account));
  }
  static std::string pay_text(std::string_view id, std::string_view account, std::string_view amount) {
    return text(
        id, "payment.receive",
        fmt::format(R"("account":"{}","amount":"{}","currency":"RUB","provider":"cash","external_id":"{}")",
                    account, amount, id));
  }
  Reply command(std::string_view id, std::string_view type, std::string_view data,
                std::string_view tenant = "acme") {
    return post("/v1/commands", text(id, type, data, tenant));
  }

  // How many events the tenant has.
  uint64_t events(std::string_view tenant = "acme") {
    uint64_t count = 0;
    std::mutex mutex;
    std::condition_variable ready;
    bool done = false;
    engine_->read(
        [&](const World& world, Position, Instant) {
          const auto id = world.find_tenant(tenant);
          count = id ? world.tenant(*id).events : 0;
        },
        [&](const std::string*) {
          std::lock_guard lock(mutex);
          done = true;
          ready.notify_one();
        });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return done; });
    return count;
  }

 private:
  http::ServerOptions options_;
  projections::Views* views_;
  std::filesystem::path dir_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace provodka::test
