#include "adapters/kafka_mirror/producer.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::kafka {

TEST_CASE("settings that the mirror's promise hangs on are refused") {
  Connections connections;  // outlives the producers
  const auto made = [&](const char* key, const char* value) {
    return make_producer({.brokers = "127.0.0.1:1", .settings = {{key, value}}}, "test", connections);
  };
  CHECK(made("linger.ms", "5"));
  for (const auto& [key, value] :
       {std::pair{"transactional.id", "mine"}, std::pair{"enable.idempotence", "false"},
        std::pair{"partitioner", "random"}}) {
    CAPTURE(key);
    const auto producer = made(key, value);
    REQUIRE_FALSE(producer);
    CHECK(producer.error().refused);
    CHECK(producer.error().what.find(key) != std::string::npos);
  }
}

}  // namespace provodka::kafka
