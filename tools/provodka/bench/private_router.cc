#include "tools/provodka/bench/private_router.h"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace provodka::tools {
namespace {

const char* const kEmulator = "tests/support/routeros_emulator.py";

}  // namespace

PrivateRouter::PrivateRouter() {
  if (!std::filesystem::exists(kEmulator))
    throw std::runtime_error(
        fmt::format("there is no {}: run this from the top of the repository", kEmulator));
  int out[2];
  if (::pipe(out) != 0) throw std::runtime_error("no pipe");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::close(out[0]);
    ::close(out[1]);
    ::execlp("python3", "python3", "-B", kEmulator, "--password", "bench", nullptr);
    ::_exit(127);
  }
  ::close(out[1]);
  std::FILE* lines = ::fdopen(out[0], "r");
  char line[512];
  while (!said_.contains("control") && std::fgets(line, sizeof line, lines)) {
    std::istringstream words(line);
    std::string name, value;
    words >> name >> value;
    said_[name] = value;
  }
  std::fclose(lines);
  if (!said_.contains("control")) throw std::runtime_error("the emulated router does not start");
}

PrivateRouter::~PrivateRouter() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

void PrivateRouter::control(std::string_view path, std::string_view body) const {
  namespace asio = boost::asio;
  const std::string& place = said_.at("control");
  asio::io_context context;
  asio::ip::tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(),
                  static_cast<uint16_t>(std::stoi(place.substr(place.rfind(':') + 1)))});
  const std::string request =
      fmt::format("POST {} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                  path, body.size(), body);
  asio::write(socket, asio::buffer(request));
  std::string answer;
  boost::system::error_code ended;
  asio::read(socket, asio::dynamic_buffer(answer), ended);
  if (!answer.starts_with("HTTP/1.1 200")) throw std::runtime_error("the emulated router says: " + answer);
}

}  // namespace provodka::tools
