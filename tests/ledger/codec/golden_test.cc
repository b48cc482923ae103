#include "tests/ledger/codec/samples.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

// tests/golden/<type>.jsonl has lines of every event version that was ever published. They are read for ever:
// a file here is never changed and never taken away. To add the file of a new type, add its samples and run
// this test with PROVODKA_WRITE_GOLDEN=1, then look at what it wrote; a file that is there is left alone.
namespace provodka::test {
namespace {

const std::filesystem::path kGolden = std::filesystem::path(PROVODKA_SOURCE_DIR) / "tests/golden";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// File name to the lines that the samples make.
std::map<std::string, std::string> expected_files() {
  std::map<std::string, std::string> files;
  for (const Sample& sample : samples()) {
    files[std::string(sample.header.type) + ".jsonl"] += line_of(sample.header, sample.event) + '\n';
  }
  return files;
}

template <class... E>
std::vector<std::string_view> types_of(std::type_identity<std::variant<E...>>) {
  return {E::type...};
}

TEST_CASE("every event type has golden lines, and they are written the same today") {
  const auto expected = expected_files();
  for (const std::string_view type : types_of(std::type_identity<EventAlternatives>())) {
    const std::string name = std::string(type) + ".jsonl";
    INFO(name);
    REQUIRE(expected.contains(name));
    const auto file = kGolden / name;
    if (std::getenv("PROVODKA_WRITE_GOLDEN") && !std::filesystem::exists(file)) {
      std::ofstream(file, std::ios::binary) << expected.at(name);
    }
    REQUIRE(std::filesystem::exists(file));
    CHECK(text_of(file) == expected.at(name));
  }
}

TEST_CASE("every line that was ever published is read") {
  size_t lines = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    if (entry.path().extension() != ".jsonl") continue;
    std::istringstream file(text_of(entry.path()));
    for (std::string line; std::getline(file, line); ++lines) {
      INFO(line);
      Arena arena;
      codec::DecodedEvent decoded;
      const auto read = codec::decode_event(line, arena, decoded);
      if (!read) FAIL(read.error().what);
      CHECK(decoded.header.type == entry.path().stem().string());
      // Older versions are lifted, and are never written again.
      if (codec::type_of(decoded.event) == decoded.header.type) CHECK(written_again(decoded) == line);
    }
  }
  CHECK(lines >= samples().size());
}

}  // namespace
}  // namespace provodka::test
