#include "ledger/log/note.h"
#include "tests/commands/http/support.h"

#include <sys/wait.h>

// The tenant's log as an auditor gets it, judged by a program that shares no code with us.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

struct Verdict {
  int status = -1;
  std::string says;
};

Verdict check_tiles(House& house, const std::string& vkey) {
  const std::string command = fmt::format(
      "python3 '{}/tests/support/tlog_check.py' tiles --url '{}/v1/acme' --vkey '{}' --origin provodka/acme "
      "2>&1",
      PROVODKA_SOURCE_DIR, house.server().url(), vkey);
  std::FILE* const out = ::popen(command.c_str(), "r");
  REQUIRE(out);
  Verdict verdict;
  char text[4096];
  for (size_t bytes; (bytes = std::fread(text, 1, sizeof text, out)) > 0;) verdict.says.append(text, bytes);
  verdict.status = WEXITSTATUS(::pclose(out));
  return verdict;
}

void follow(House& house) {
  eventually([&] { return house.engine().trees().position() == house.engine().durable(); },
             "the trees follow the log");
}

TEST_CASE("Checkpoint, keys, tiles and entries hold together") {
  House house;
  const std::string vkey = [&] {
    std::string keys = house.get("/v1/acme/keys").body;
    REQUIRE(keys.ends_with('\n'));
    keys.pop_back();
    return keys;
  }();
  CHECK(vkey.starts_with("provodka/acme+"));
  house.command("t-2", "tenant.create", R"("currency":"EUR","zone":"Europe/Berlin","locale":"de-DE")",
                "other");
  house.post("/v1/commands", House::open_text("a-1", "1"));
  int payments = 0;
  const auto grow_to = [&](int size) {
    std::string body;
    for (; payments + 2 < size; ++payments)
      body += House::pay_text(fmt::format("p-{}", payments), "1", "1.00") + "\n";
    if (!body.empty()) REQUIRE_FALSE(has(house.post("/v1/commands/batch", body).body, "problem"));
    follow(house);
  };
  for (const int size : {2, 3, 255, 256, 257, 700}) {
    grow_to(size);
    const Reply checkpoint = house.get("/v1/acme/checkpoint");
    CHECK(checkpoint.headers.at("cache-control") == "no-store");
    CHECK(checkpoint.body.starts_with(fmt::format("provodka/acme\n{}\n", size)));
    const Verdict verdict = check_tiles(house, vkey);
    CAPTURE(verdict.says);
    CHECK(verdict.status == 0);
    CHECK(has(verdict.says, fmt::format("{}", size)));
  }
  const std::string stranger = log::SignerKey::generate("provodka/acme").verifier().to_string();
  CHECK(check_tiles(house, stranger).status != 0);

  house.close();
  house.open();
  follow(house);
  CHECK(check_tiles(house, vkey).status == 0);
}

TEST_CASE("Tiles have one name each and never change") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  follow(house);
  const Reply partial = house.get("/v1/acme/tile/0/000.p/2");
  CHECK(partial.status == 200);
  CHECK(partial.body.size() == 64);
  CHECK(partial.headers.at("content-type") == "application/octet-stream");
  CHECK(has(partial.headers.at("cache-control"), "immutable"));
  const Reply entries = house.get("/v1/acme/tile/entries/000.p/2");
  CHECK(entries.status == 200);
  for (const char* path : {"0/000", "0/000.p/3", "0/000.p/0", "0/000.p/256", "0/000.p/02", "0/0", "0/001.p/1",
                           "1/000.p/1", "64/000", "entries/000", "entries/000.p/3", "data/000", "0/000.p/2/",
                           "0/%30%30%30.p/2", "", "0/x000/000.p/2"}) {
    const Reply reply = house.get(fmt::format("/v1/acme/tile/{}", path));
    CAPTURE(path);
    CHECK(reply.status == 404);
    CHECK(has(reply.body, R"("code":"not_found")"));
  }
  std::string body;
  for (int i = 0; i < 300; ++i) body += House::pay_text(fmt::format("p-{}", i), "1", "1.00") + "\n";
  house.post("/v1/commands/batch", body);
  follow(house);
  CHECK(house.get("/v1/acme/tile/0/000.p/2").body == partial.body);
  CHECK(house.get("/v1/acme/tile/entries/000.p/2").body == entries.body);
  CHECK(house.get("/v1/acme/tile/0/000").body.size() == 8192);
  CHECK(house.get("/v1/acme/tile/1/000.p/1").body.size() == 32);
}

}  // namespace
}  // namespace provodka::test
