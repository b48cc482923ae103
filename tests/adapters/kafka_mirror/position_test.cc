#include "adapters/kafka_mirror/position.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka::kafka {

TEST_CASE("a position is read as it was written, and nothing else is") {
  const MirrorPosition position{.position = Position(48212),
                                .first_line = log::leaf_hash("first"),
                                .line = log::leaf_hash("line"),
                                .mirror = "0123456789abcdef",
                                .log = Position(48213),
                                .access = 912};
  const std::string json = position.to_json();
  const auto read = MirrorPosition::parse(json);
  REQUIRE(read);
  CHECK(read->position == position.position);
  CHECK(read->first_line == position.first_line);
  CHECK(read->line == position.line);
  CHECK(read->mirror == position.mirror);
  CHECK(read->log == position.log);
  CHECK(read->access == position.access);
  for (size_t size = 0; size < json.size(); ++size) CHECK_FALSE(MirrorPosition::parse(json.substr(0, size)));
  CHECK_FALSE(MirrorPosition::parse(json + " "));
  CHECK_FALSE(MirrorPosition::parse(json.substr(0, json.find("912")) + R"(x"})"));
  const auto older = MirrorPosition::parse(json.substr(0, json.find(R"(,"access")")) + "}");
  REQUIRE(older);
  CHECK(older->log == position.log);
  CHECK_FALSE(older->access);
  CHECK(MirrorPosition::parse(older->to_json()));
  const auto oldest = MirrorPosition::parse(json.substr(0, json.find(R"(,"log")")) + "}");
  REQUIRE(oldest);
  CHECK(oldest->position == position.position);
  CHECK(oldest->log == Position());
  CHECK_FALSE(oldest->access);
  CHECK_FALSE(MirrorPosition::parse(R"({"position":"x","first":"","line":"","mirror":""})"));
}

}  // namespace provodka::kafka
