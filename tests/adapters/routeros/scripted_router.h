#pragma once

#include "adapters/routeros/sentence.h"
#include "tests/adapters/routeros/support.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace provodka::routeros::test {

using Words = std::vector<std::string>;

// The router's end of one connection, on a thread of its own.
class Peer {
 public:
  explicit Peer(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  // The next sentence; no words where the client has left.
  Words read() {
    std::vector<std::string_view> words;
    for (;;) {
      const auto whole = decoder_.next(words);
      if (!whole) {
        std::fprintf(stderr, "the client sent garbage: %s\n", whole.error().what.c_str());
        std::abort();
      }
      if (*whole) return Words(words.begin(), words.end());
      char bytes[4096];
      error_code ec;
      const size_t read = socket_.read_some(asio::buffer(bytes), ec);
      if (ec) return {};
      received.append(bytes, read);
      decoder_.feed({bytes, read});
    }
  }
  void send(const Words& words, size_t piece = 0) {
    std::string out;
    append_sentence(out, words);
    for (size_t at = 0; at < out.size();) {
      const size_t bytes = piece == 0 ? out.size() : std::min(piece, out.size() - at);
      raw(std::string_view(out).substr(at, bytes));
      at += bytes;
    }
  }
  void raw(std::string_view bytes) {
    error_code ignored;
    asio::write(socket_, asio::buffer(bytes), ignored);
  }
  void log_in() {
    read();
    send({"!done"});
  }
  // Until the client has left.
  void wait() {
    while (!read().empty()) {
    }
  }
  // Some more bytes, whatever they are; false where the client has left.
  bool take() {
    char bytes[65536];
    error_code ec;
    received.append(bytes, socket_.read_some(asio::buffer(bytes), ec));
    return !ec;
  }
  // The same as wait(), whatever it sends.
  void ignore() {
    char bytes[4096];
    error_code ec;
    while (!ec) socket_.read_some(asio::buffer(bytes), ec);
  }
  bool has_more() {
    error_code ignored;
    return socket_.available(ignored) > 0;
  }

  std::string received;

 private:
  asio::ip::tcp::socket socket_;
  Decoder decoder_;
};

// Serves its connections one after the other, each by its script.
class ScriptedRouter {
 public:
  using Script = std::function<void(Peer&)>;

  explicit ScriptedRouter(std::vector<Script> scripts)
      : acceptor_(context_, {asio::ip::address_v4::loopback(), 0}),
        port_(acceptor_.local_endpoint().port()),
        thread_([this, scripts = std::move(scripts)] {
          for (const Script& script : scripts) {
            error_code ec;
            asio::ip::tcp::socket socket(context_);
            acceptor_.accept(socket, ec);
            if (ec) return;
            socket.set_option(asio::ip::tcp::no_delay(true), ec);
            Peer peer(std::move(socket));
            script(peer);
            received += peer.received;
          }
        }) {}
  ~ScriptedRouter() { finish(); }

  // Waits until each script has ended.
  void finish() {
    if (thread_.joinable()) thread_.join();
  }
  uint16_t port() const { return port_; }

  std::string received;  // after finish()

 private:
  asio::io_context context_;
  asio::ip::tcp::acceptor acceptor_;
  uint16_t port_;
  std::thread thread_;
};

}  // namespace provodka::routeros::test
