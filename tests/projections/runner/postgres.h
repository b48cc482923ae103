#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <catch2/catch_test_macros.hpp>

// A PostgreSQL of the test's own, gone with the object.
namespace provodka::projections {

class TestPostgres {
 public:
  TestPostgres() {
    std::string path = (std::filesystem::temp_directory_path() / "provodka-pg-test-XXXXXX").string();
    REQUIRE(mkdtemp(path.data()) != nullptr);
    dir_ = path;
    FILE* pipe = popen(
        ("PROVODKA_POSTGRES_FSYNC=off " PROVODKA_SOURCE_DIR "/tools/postgres/start " + dir_).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 512> line{};
    const bool read = fgets(line.data(), line.size(), pipe) != nullptr;
    REQUIRE(pclose(pipe) == 0);
    REQUIRE(read);
    url_ = line.data();
    url_.pop_back();
  }
  ~TestPostgres() {
    [[maybe_unused]] const int stopped =
        std::system((PROVODKA_SOURCE_DIR "/tools/postgres/stop " + dir_ + " --remove").c_str());
  }
  TestPostgres(const TestPostgres&) = delete;

  const std::string& url() const { return url_; }

 private:
  std::string dir_, url_;
};

}  // namespace provodka::projections
