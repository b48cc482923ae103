#include "ledger/codec/event_codec.h"
#include "ledger/codec/schema.h"
#include "ledger/domain/command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <variant>

#include <catch2/catch_test_macros.hpp>

// schemas/ is generated and committed. To write the schema of a new event or of a changed command, run this
// test with PROVODKA_WRITE_SCHEMAS=1. The schema of an event that is there is never written over: a published
// version does not change, it gets a successor.
namespace provodka::test {
namespace {

const std::filesystem::path kSchemas = std::filesystem::path(PROVODKA_SOURCE_DIR) / "schemas";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_missing(const std::string& name, const std::string& text) {
  const auto file = kSchemas / name;
  if (std::filesystem::exists(file) && name.starts_with("events/")) return;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

TEST_CASE("the committed schemas are those that the code generates") {
  const auto generated = codec::schemas();
  for (const auto& [name, text] : generated) {
    if (std::getenv("PROVODKA_WRITE_SCHEMAS")) write_missing(name, text);
    INFO(name);
    REQUIRE(std::filesystem::exists(kSchemas / name));
    CHECK(text_of(kSchemas / name) == text);
  }
}

TEST_CASE("no schema is left over") {
  const auto generated = codec::schemas();
  size_t files = 0;
  for (const std::string folder : {"events", "commands"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kSchemas / folder)) {
      INFO(entry.path());
      CHECK(generated.contains(folder + "/" + entry.path().filename().string()));
      ++files;
    }
  }
  CHECK(files == generated.size());
}

TEST_CASE("every event and every command has a schema") {
  CHECK(codec::schemas().size() ==
        std::variant_size_v<codec::PublishedEvents::All> + std::variant_size_v<CommandAlternatives>);
}

}  // namespace
}  // namespace provodka::test
