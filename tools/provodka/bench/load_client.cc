#include "tools/provodka/bench/load_client.h"

#include "tools/provodka/subcommands.h"

#include <charconv>
#include <cstdio>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace provodka::tools {
namespace {

struct Connection {
  int fd = -1;
  std::string out, in;
  size_t sent = 0;
  BenchClock::time_point asked;
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options), random_(0x9e3779b97f4a7c15u ^ options.port) {}

  LoadResult run() {
    epoll_ = epoll_create1(0);
    for (uint64_t i = 0; i < options_.connections; ++i) connect_one();
    if (options_.batch) make_bodies();
    const auto start = BenchClock::now();
    for (auto& connection : connections_) ask(*connection);
    uint64_t under_way = connections_.size();
    epoll_event events[128];
    while (under_way > 0) {
      const int ready = epoll_wait(epoll_, events, 128, 10'000);
      if (ready <= 0) throw std::runtime_error("the server does not answer");
      const bool over =
          seconds_since(start) >= options_.seconds || (options_.batch && next_body_ >= bodies_.size());
      for (int i = 0; i < ready; ++i) {
        auto& connection = *static_cast<Connection*>(events[i].data.ptr);
        if (events[i].events & EPOLLOUT) send_rest(connection);
        if (!(events[i].events & EPOLLIN) || !receive(connection)) continue;
        latencies_.add(seconds_since(connection.asked) * 1e3);
        if (over) {
          --under_way;
        } else {
          ask(connection);
        }
      }
    }
    LoadResult result;
    result.seconds = seconds_since(start);
    result.commands = commands_;
    result.failures = failures_;
    BenchResult sorted;
    latencies_.into(sorted);
    result.p50_ms = sorted.p50_ms;
    result.p99_ms = sorted.p99_ms;
    result.p999_ms = sorted.p999_ms;
    result.max_ms = sorted.max_ms;
    return result;
  }

 private:
  void connect_one() {
    auto connection = std::make_unique<Connection>();
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection->fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("the server cannot be reached");
    }
    const int one = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_event event{.events = EPOLLIN | (options_.batch ? EPOLLOUT | EPOLLET : 0u),
                      .data = {.ptr = connection.get()}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->fd, &event);
    connections_.push_back(std::move(connection));
  }

  uint64_t random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_;
  }

  void append_command(std::string& to) {
    const uint64_t r = random();
    const uint64_t account = options_.hot ? 1 : 1 + (r >> 20) % options_.accounts;
    ++made_;
    fmt::format_to(
        std::back_inserter(to),
        R"({{"type":"charge.post","id":"{}-{}","tenant":"bench","data":{{"account":"{}","amount":"{}.{:02}","currency":"RUB","service":"internet"}}}})",
        options_.prefix, made_, 100'000 + account, 1 + r % 900, r % 100);
  }

  void make_bodies() {
    // Enough for the whole time at a million a second would be too much memory: as many as fit in 600 MB.
    const auto bodies = static_cast<uint64_t>(600e6 / (190.0 * static_cast<double>(options_.batch)));
    for (uint64_t b = 0; b < bodies; ++b) {
      std::string body;
      body.reserve(options_.batch * 192);
      for (uint64_t i = 0; i < options_.batch; ++i) {
        append_command(body);
        body += '\n';
      }
      bodies_.push_back(std::move(body));
    }
  }

  void ask(Connection& connection) {
    connection.out.clear();
    connection.in.clear();
    connection.sent = 0;
    if (options_.healthz) {
      connection.out = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    } else if (options_.batch) {
      const std::string& body = bodies_[next_body_++ % bodies_.size()];
      connection.out = fmt::format(
          "POST /v1/commands/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.size());
      connection.out += body;
    } else {
      body_.clear();
      append_command(body_);
      fmt::format_to(std::back_inserter(connection.out),
                     "POST /v1/commands HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}",
                     body_.size(), body_);
    }
    connection.asked = BenchClock::now();
    send_rest(connection);
  }

  void send_rest(Connection& connection) {
    while (connection.sent < connection.out.size()) {
      const ssize_t sent =
          send(connection.fd, connection.out.data() + connection.sent,
               connection.out.size() - connection.sent, MSG_NOSIGNAL | (options_.batch ? MSG_DONTWAIT : 0));
      if (sent < 0) {
        if (errno == EAGAIN) return;
        throw std::runtime_error("the server closed a connection");
      }
      connection.sent += static_cast<size_t>(sent);
    }
  }

  // True when the answer is complete.
  bool receive(Connection& connection) {
    char bytes[65536];
    for (;;) {
      const ssize_t got = recv(connection.fd, bytes, sizeof bytes, MSG_DONTWAIT);
      if (got == 0) throw std::runtime_error("the server closed a connection");
      if (got < 0) break;
      connection.in.append(bytes, static_cast<size_t>(got));
      if (!options_.batch) break;
    }
    const size_t head = connection.in.find("\r\n\r\n");
    if (head == std::string::npos) return false;
    if (options_.batch && connection.in.find("chunked") < head) {
      if (!connection.in.ends_with("0\r\n\r\n")) return false;
      size_t lines = 0, fine = 0;
      for (size_t at = connection.in.find("\"status\":"); at != std::string::npos;
           at = connection.in.find("\"status\":", at + 1)) {
        ++lines;
        fine += connection.in.compare(at + 9, 3, "201") == 0;
      }
      commands_ += fine;
      failures_ += lines - fine;
      return true;
    }
    const size_t at = connection.in.find("Content-Length: ");
    size_t length = 0;
    if (at != std::string::npos)
      std::from_chars(connection.in.data() + at + 16, connection.in.data() + head, length);
    if (connection.in.size() < head + 4 + length) return false;
    const bool fine = connection.in.compare(9, 1, "2") == 0;
    ++(fine ? commands_ : failures_);
    return true;
  }

  const LoadOptions& options_;
  int epoll_ = -1;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::vector<std::string> bodies_;
  size_t next_body_ = 0;
  std::string body_;
  uint64_t random_, made_ = 0, commands_ = 0, failures_ = 0;
  Latencies latencies_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options) { return Load(options).run(); }

LoadResult run_load_apart(const LoadOptions& o) {
  const std::string command =
      fmt::format("/proc/{}/exe load-client {} {} {} {} {} {} {} {}", ::getpid(), o.port, o.connections,
                  o.seconds, o.accounts, o.batch, o.hot ? 1 : 0, o.healthz ? 1 : 0, o.prefix);
  FILE* child = popen(command.c_str(), "r");
  if (!child) throw std::runtime_error("the load generator cannot be started");
  LoadResult r;
  const int read = std::fscanf(child, "%lf %lu %lu %lf %lf %lf %lf", &r.seconds, &r.commands, &r.failures,
                               &r.p50_ms, &r.p99_ms, &r.p999_ms, &r.max_ms);
  if (pclose(child) != 0 || read != 7) throw std::runtime_error("the load generator failed");
  return r;
}

void add_load_client(CLI::App& app) {
  auto* sub = app.add_subcommand("load-client", "What bench starts as its load generator")->group("");
  static LoadOptions o;
  sub->add_option("port", o.port)->required();
  sub->add_option("connections", o.connections)->required();
  sub->add_option("seconds", o.seconds)->required();
  sub->add_option("accounts", o.accounts)->required();
  sub->add_option("batch", o.batch)->required();
  sub->add_option("hot", o.hot)->required();
  sub->add_option("healthz", o.healthz)->required();
  sub->add_option("prefix", o.prefix)->required();
  sub->callback([] {
    const LoadResult r = run_load(o);
    fmt::print("{} {} {} {} {} {} {}\n", r.seconds, r.commands, r.failures, r.p50_ms, r.p99_ms, r.p999_ms,
               r.max_ms);
  });
}

}  // namespace provodka::tools
