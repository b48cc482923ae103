#pragma once

#include "adapters/kafka_client/client.h"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace provodka::kafka::test {

// A broker of the test's own, gone with the object. It keeps its port when it is killed and started again.
class Broker {
 public:
  // Whether one can be run here; a test without one is skipped.
  static bool is_there() {
    return std::system("command -v java >/dev/null && { command -v mvn || ls " PROVODKA_SOURCE_DIR
                       "/build/kafka/*/complete; } >/dev/null 2>&1") == 0;
  }

  Broker() {
    std::string path = (std::filesystem::temp_directory_path() / "provodka-kafka-test-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    dir_ = path;
    start();
  }
  ~Broker() {
    run("--stop " + dir_);
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
  }
  Broker(const Broker&) = delete;

  void start() {
    const std::string said = run(dir_);
    REQUIRE(said.starts_with("ready "));
    address_ = said.substr(6);
  }
  void kill() const {
    pid_t process = 0;
    std::ifstream(dir_ + "/pid") >> process;
    const int broker = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    REQUIRE(broker >= 0);
    REQUIRE(::kill(process, SIGKILL) == 0);
    // Until it is gone, who starts it again would take it for one that runs.
    pollfd ended{.fd = broker, .events = POLLIN, .revents = 0};
    REQUIRE(::poll(&ended, 1, 120'000) == 1);
    ::close(broker);
  }

  const std::string& address() const { return address_; }
  Cluster cluster() const { return {.brokers = address_, .settings = {}}; }

 private:
  static std::string run(const std::string& arguments) {
    FILE* const out = ::popen((PROVODKA_SOURCE_DIR "/tools/kafka/start " + arguments).c_str(), "r");
    if (!out) return {};  // it is run at the end of the program too, where nothing can be required any more
    std::array<char, 512> line{};
    std::string said = fgets(line.data(), line.size(), out) ? line.data() : "";
    ::pclose(out);
    while (said.ends_with('\n')) said.pop_back();
    return said;
  }

  std::string dir_, address_;
};

}  // namespace provodka::kafka::test
