#include "tests/commands/http/support.h"

#include <algorithm>
#include <fstream>

// A log that was damaged on disk while the server was down.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

void flip_byte_in_largest_table(const std::string& dir) {
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) largest = entry.path();
  }
  REQUIRE_FALSE(largest.empty());
  std::fstream file(largest, std::ios::binary | std::ios::in | std::ios::out);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(largest) / 2);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(middle);
  file.put(byte);
  REQUIRE(file.flush());
}

TEST_CASE("What is damaged is not served, and everything else is") {
  constexpr uint64_t kPayments = 12'000;
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::string body;
  for (uint64_t i = 0; i < kPayments; ++i)
    body += House::pay_text(fmt::format("p-{}", i), "1", "1.00") + "\n";
  REQUIRE_FALSE(has(house.post("/v1/commands/batch", body).body, "problem"));
  std::string whole;
  for (const char* after : {"0", "10000"})
    whole += house.get(fmt::format("/v1/acme/events?limit=10000&after={}", after)).body;
  house.close();
  house.open();  // what was in the write-ahead log is in a table now
  house.close();
  flip_byte_in_largest_table(house.dir() + "/log");
  house.open();

  // Pages that are whole come as ever; the one that would begin with the damage is refused.
  uint64_t after = 0;
  std::string served;
  Reply page;
  while ((page = house.get(fmt::format("/v1/acme/events?after={}&limit=100", after))).status == 200) {
    REQUIRE_FALSE(page.body.empty());
    served += page.body;
    after += static_cast<uint64_t>(std::ranges::count(page.body, '\n'));
  }
  CHECK(whole.starts_with(served));
  CHECK(page.status == 503);
  CHECK(page.headers.at("content-type") == "application/problem+json");
  CHECK(has(page.body, R"("code":"log_damaged")"));
  CHECK_FALSE(has(page.body, "orruption"));
  CHECK_FALSE(has(page.body, house.dir()));
  const auto warnings = house.warnings();
  REQUIRE_FALSE(warnings.empty());
  const size_t request = page.body.find("under request ");
  REQUIRE(request != page.body.npos);
  const std::string number = page.body.substr(request + 14, page.body.find('"', request) - request - 14);
  CHECK(std::ranges::any_of(warnings, [&](const auto& text) { return has(text, number); }));

  // The answer to a repeat is in there as well; commands and what lies behind go on.
  const Reply repeat =
      house.post("/v1/commands", House::pay_text(fmt::format("p-{}", after - 2), "1", "1.00"));
  CHECK(repeat.status == 503);
  CHECK(has(repeat.body, R"("code":"log_damaged")"));
  CHECK(house.post("/v1/commands", House::pay_text("new", "1", "1.00")).status == 201);
  CHECK(house.get(fmt::format("/v1/acme/events?after={}", kPayments + 1)).body.size() > 0);
  eventually([&] { return has(house.get("/readyz").body, R"("damage":[{"frame":)"); },
             "the scrub finds the damage");
  const Reply ready = house.get("/readyz");
  CHECK(ready.status == 200);
  CHECK_FALSE(has(ready.body, "reason"));

  Client stream = house.client();
  stream.send(fmt::format(
      "GET /v1/acme/events?after={} HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n", after));
  REQUIRE(stream.read_head());
  CHECK_FALSE(stream.read_chunk());  // the connection ends without the end of the stream
}

TEST_CASE("What is damaged hides nothing that lies behind it") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  for (int batch = 0; batch < 9; ++batch) {
    std::string body;
    for (int i = 0; i < 100; ++i)
      body += House::pay_text(fmt::format("p-{}-{}", batch, i), "1", "1.00") + "\n";
    REQUIRE_FALSE(has(house.post("/v1/commands/batch", body).body, "problem"));
  }
  const std::string whole = house.get("/v1/acme/events").body;
  house.close();
  house.open();
  house.close();
  flip_byte_in_largest_table(house.dir() + "/log");
  house.open();
  uint64_t behind = 0;  // the last event that cannot be read; of one tenant, places are sequences
  for (uint64_t at = 1; at <= 902; ++at) {
    if (!house.engine().frame_at(Position(at))) behind = at;
  }
  REQUIRE(behind > 0);
  REQUIRE(behind < 902);
  const Reply rest = house.get(fmt::format("/v1/acme/events?after={}", behind));
  CHECK(rest.status == 200);
  CHECK(std::ranges::count(rest.body, '\n') == static_cast<ptrdiff_t>(902 - behind));
  CHECK(whole.ends_with(rest.body));
  CHECK(house.get(fmt::format("/v1/acme/events?after={}", behind - 1)).status == 503);
  if (behind <= 768) CHECK(house.get("/v1/acme/tile/entries/003.p/134").status == 200);
}

}  // namespace
}  // namespace provodka::test
