#pragma once

#include <csignal>
#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/wait.h>
#include <unistd.h>

namespace provodka::routeros::test {

// The emulated router, a process of its own, for as long as this lives.
class Emulator {
 public:
  explicit Emulator(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"python3", PROVODKA_SOURCE_DIR "/tests/support/routeros_emulator.py"});
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
      std::string name, value;
      words >> name >> value;
      said_[name] = value;
    }
    std::fclose(lines);
    if (!said_.contains("control")) throw std::runtime_error("the emulator does not start");
  }
  ~Emulator() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;

  // Of `ready`, `ready-tls`, `ready-rest` and so on.
  uint16_t port(const std::string& name) const {
    const std::string& place = said_.at(name);
    return static_cast<uint16_t>(std::stoi(place.substr(place.rfind(':') + 1)));
  }
  const std::string& certificate() const { return said_.at("certificate"); }
  std::string fingerprint() const {
    std::FILE* file = std::fopen(certificate().c_str(), "r");
    X509* read = file ? PEM_read_X509(file, nullptr, nullptr, nullptr) : nullptr;
    if (file) std::fclose(file);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned bytes = 0;
    if (read) X509_digest(read, EVP_sha256(), digest, &bytes);
    X509_free(read);
    std::string hex;
    for (unsigned i = 0; i < bytes; ++i) hex += fmt::format("{}{:02X}", i > 0 ? ":" : "", digest[i]);
    return hex;
  }

  // Posts a document to its control port.
  std::string control(std::string_view path, std::string_view body) const { return ask("POST", path, body); }
  std::string ask(std::string_view method, std::string_view path, std::string_view body) const {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    socket.connect({boost::asio::ip::address_v4::loopback(), port("control")});
    const std::string request =
        fmt::format("{} {} HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                    method, path, body.size(), body);
    boost::asio::write(socket, boost::asio::buffer(request));
    std::string answer;
    boost::system::error_code ec;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), ec);
    if (!answer.starts_with("HTTP/1.1 200")) throw std::runtime_error("the emulator says: " + answer);
    return answer;
  }

 private:
  pid_t process_ = -1;
  std::map<std::string, std::string> said_;
};

}  // namespace provodka::routeros::test
