#pragma once

#include <csignal>
#include <cstdio>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

namespace provodka::test {

// An emulator that speaks HTTP, a process of its own, for as long as this lives.
class EmulatorProcess {
 public:
  explicit EmulatorProcess(const std::string& name, std::vector<std::string> arguments = {}) {
    const std::string program = std::string(PROVODKA_SOURCE_DIR "/tests/support/") + name + "_emulator.py";
    arguments.insert(arguments.begin(), {"python3", "-B", program});
    int out[2];
    if (::pipe(out) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::close(out[0]);
      ::close(out[1]);
      std::vector<char*> argv;
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      ::execvp("python3", argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    std::FILE* lines = ::fdopen(out[0], "r");
    char line[512];
    while (!said_.contains("control") && std::fgets(line, sizeof line, lines)) {
      std::istringstream words(line);
      std::string key, value;
      words >> key >> value;
      said_[key] = value;
    }
    std::fclose(lines);
    if (!said_.contains("control")) throw std::runtime_error("the emulator does not start");
  }
  ~EmulatorProcess() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  EmulatorProcess(const EmulatorProcess&) = delete;

  std::string url() const { return "http://" + said_.at("ready"); }
  std::string state() const { return ask("GET", "/state", {}); }
  void misbehave(std::string_view changes) const { ask("POST", "/misbehave", changes); }
  std::string ask(std::string_view method, std::string_view path, std::string_view body) const {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    const std::string& place = said_.at("control");
    socket.connect({boost::asio::ip::address_v4::loopback(),
                    static_cast<unsigned short>(std::stoi(place.substr(place.rfind(':') + 1)))});
    boost::asio::write(
        socket, boost::asio::buffer(fmt::format(
                    "{} {} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                    method, path, body.size(), body)));
    std::string answer;
    boost::system::error_code ec;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ec);
    if (!answer.starts_with("HTTP/1.1 200")) throw std::runtime_error("the emulator says: " + answer);
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
  // How often a text is in the state.
  size_t count(std::string_view text) const {
    const std::string all = state();
    size_t found = 0;
    for (size_t at = 0; (at = all.find(text, at)) != all.npos; at += text.size()) ++found;
    return found;
  }

 private:
  pid_t process_ = -1;
  std::map<std::string, std::string> said_;
};

}  // namespace provodka::test
