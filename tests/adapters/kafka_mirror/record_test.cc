#include "adapters/kafka_mirror/record.h"

#include <fstream>
#include <string>
#include <utility>
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
  CHECK(brings_wanted_state("access.changed.v1"));
  const auto state = write_wanted_state(lines[1], arena, out);
  REQUIRE(state);
  CHECK(state->point == "100042-2");
  CHECK_FALSE(state->is_gone);
  CHECK(out.view() ==
        R"({"version":4294967295,"wanted":"off","reasons":["fraud \"x\"","отпуск"],"account":"100042"})");
  out.clear();
  REQUIRE(write_wanted_state(lines[2], arena, out));
  CHECK(out.view() == R"({"version":2,"wanted":"on","reasons":[],"account":"100042"})");
  CHECK_FALSE(brings_wanted_state("payment.received.v1"));
  CHECK_FALSE(write_wanted_state(golden("payment.received.v1")[0], arena, out));
}

TEST_CASE("a point begins on, with version 0") {
  Arena arena;
  for (const auto& [type, point] : {std::pair<std::string, std::string>{"account.opened.v1", "100042"},
                                    std::pair<std::string, std::string>{"point.added.v1", "100042-2"}}) {
    CAPTURE(type);
    CHECK(brings_wanted_state(type));
    Buffer out;
    const std::string line = golden(type)[0];
    const auto state = write_wanted_state(line, arena, out);
    REQUIRE(state);
    CHECK(state->point == point);
    CHECK_FALSE(state->is_gone);
    CHECK(out.view() == R"({"version":0,"wanted":"on","reasons":[],"account":"100042"})");
  }
}

TEST_CASE("of a point that was removed nothing is wanted any more") {
  Arena arena;
  Buffer out;
  CHECK(brings_wanted_state("point.removed.v1"));
  const std::string line = golden("point.removed.v1")[0];
  const auto state = write_wanted_state(line, arena, out);
  REQUIRE(state);
  CHECK(state->point == "100042-2");
  CHECK(state->is_gone);
  CHECK(out.view().empty());
}

}  // namespace provodka::kafka
