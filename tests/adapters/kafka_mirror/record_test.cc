#include "adapters/kafka_mirror/record.h"

#include <fstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace provodka::kafka {
namespace {

std::vector<std::string> golden(const std::string& type) {
  std::ifstream in(std::string(PROVODKA_SOURCE_DIR) + "/tests/golden/" + type + ".jsonl");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("the attributes of a line are found without reading its data") {
  const auto lines = golden("access.changed.v1");
  REQUIRE(lines.size() == 3);
  const auto found = attributes_of(lines[1]);
  REQUIRE(found);
  CHECK(found->id == "21");
  CHECK(found->source == "/acme");
  CHECK(found->tenant() == "acme");
  CHECK(found->type == "access.changed.v1");
  CHECK(found->subject == "point/100042-2");
  CHECK(found->time == "2026-11-20T09:16:02.123456Z");
  CHECK(found->partitionkey == "acme/100042");
}

TEST_CASE("a line that is cut off, or not one of ours, has no attributes") {
  const std::string line = golden("access.changed.v1")[0];
  const size_t past_key = line.find(R"(","actor")");
  for (size_t size = 0; size <= past_key; ++size) CHECK_FALSE(attributes_of(line.substr(0, size)));
  CHECK_FALSE(attributes_of(R"({"id":"1","specversion":"1.0"})"));
  std::string escaped = line;
  escaped.insert(escaped.find("100042"), "\\\"");
  CHECK_FALSE(attributes_of(escaped));
}

TEST_CASE("the wanted state is what the event says, with its reasons escaped") {
  const auto lines = golden("access.changed.v1");
  Arena arena;
  Buffer out;
  const auto point = write_wanted_state(lines[1], arena, out);
  REQUIRE(point);
  CHECK(*point == "100042-2");
  CHECK(out.view() ==
        R"({"version":4294967295,"wanted":"off","reasons":["fraud \"x\"","отпуск"],"account":"100042"})");
  out.clear();
  REQUIRE(write_wanted_state(lines[2], arena, out));
  CHECK(out.view() == R"({"version":2,"wanted":"on","reasons":[],"account":"100042"})");
  CHECK_FALSE(write_wanted_state(golden("payment.received.v1")[0], arena, out));
}

}  // namespace provodka::kafka
