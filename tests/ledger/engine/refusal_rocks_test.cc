#include "ledger/log/head.h"
#include "tests/ledger/engine/house.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <catch2/generators/catch_generators.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace provodka::test {
namespace {

namespace fs = std::filesystem;

struct Books : House {
  Books() {
    open();
    create("acme");
    must("open", test::open("a"));
    for (int i = 0; i < 20; ++i) {
      const std::string id = fmt::format("p{}", i);
      must(id, pay("a", "1.00", id));
    }
  }

  std::vector<std::string> log_files(std::string_view extension) const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path() + "/log")) {
      if (entry.path().extension() == extension) files.push_back(entry.path().string());
    }
    std::ranges::sort(files);
    return files;
  }

  // Everything of the log that events could be in or be found by.
  std::map<std::string, std::string> log_bytes() const {
    std::map<std::string, std::string> bytes;
    for (const auto& entry : fs::directory_iterator(path() + "/log")) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST") ||
          name == "CURRENT") {
        bytes[name] = log::read_file(entry.path().string()).value();
      }
    }
    return bytes;
  }

  // Why it does not open; and what does not open is left as it was.
  std::string refusal_unchanged() {
    const auto before = log_bytes();
    const std::string why = refusal();
    CHECK(log_bytes() == before);
    return why;
  }
};

void flip(const std::string& path, size_t offset, char mask = 0x40) {
  std::string bytes = log::read_file(path).value();
  REQUIRE(offset < bytes.size());
  bytes[offset] = static_cast<char>(bytes[offset] ^ mask);
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

TEST_CASE("a second owner is refused, and told who the first is") {
  Books house;
  CHECK(house.refusal().contains(fmt::format("pid {}", getpid())));
  house.close();
  house.open();
}

TEST_CASE("a log that is cut off behind what was acknowledged is refused") {
  Books house;
  house.close();
  const auto wal = house.log_files(".log");
  REQUIRE(wal.size() == 1);
  const auto size = fs::file_size(wal.front());
  // However much is cut off: a part of the last record, the last records, all of them, the file itself.
  fs::resize_file(wal.front(), GENERATE_COPY(size - 1, size - 900, size / 2, uintmax_t{0}));
  CHECK(house.refusal_unchanged().contains("but 22 was acknowledged"));
}

TEST_CASE("a log whose files are gone is refused") {
  Books house;
  house.close();
  SECTION("the write-ahead log") {
    fs::remove(house.log_files(".log").front());
    CHECK_FALSE(house.refusal_unchanged().empty());
  }
  SECTION("all of them") {
    fs::remove_all(house.path() + "/log");
    CHECK(house.refusal().contains("the log ends at position 0, but 22 was acknowledged"));
  }
  SECTION("the name of the manifest") {
    fs::remove(house.path() + "/log/CURRENT");
    CHECK(house.refusal_unchanged().contains("CURRENT is missing"));
  }
}

TEST_CASE("a record that looks torn off, with what was acknowledged behind it, is refused and kept") {
  Books house;
  house.close();
  const std::string wal = house.log_files(".log").front();
  // The high byte of the length of the third record: it then reaches behind the end of the file.
  const std::string bytes = log::read_file(wal).value();
  size_t at = 0;
  for (int record = 0; record < 2; ++record) {
    at += 7 + static_cast<unsigned char>(bytes[at + 4]) + 256 * static_cast<unsigned char>(bytes[at + 5]);
  }
  flip(wal, at + 5);
  CHECK(house.refusal_unchanged().contains("events 3 to 22 are missing"));
  flip(wal, at + 5);
  house.open();
  house.holds();
}

TEST_CASE("a manifest that forgot a file is refused, and the file is kept") {
  Books house;
  // Each start puts what the write-ahead log held into a file; the last edits of the manifest say so.
  house.reopen();
  for (int i = 0; i < 20; ++i) {
    const std::string id = fmt::format("q{}", i);
    house.must(id, pay("a", "1.00", id));
  }
  house.close();
  std::string manifest;
  for (const auto& entry : fs::directory_iterator(house.path() + "/log")) {
    if (entry.path().filename().string().starts_with("MANIFEST"))
      manifest = std::max(manifest, entry.path().string());
  }
  const std::string bytes = log::read_file(manifest).value();
  int refused = 0;
  for (size_t at = 0; at + 7 < bytes.size(); at += 7 + static_cast<unsigned char>(bytes[at + 4]) +
                                                   256 * static_cast<unsigned char>(bytes[at + 5])) {
    flip(manifest, at + 5);  // this edit and all behind it look torn off
    const auto end = log::EventLog::examine(house.path() + "/log");
    if (!end || *end < Position(42)) {
      CHECK_FALSE(house.refusal_unchanged().empty());
      ++refused;
    }
    flip(manifest, at + 5);
  }
  CHECK(refused >= 3);
  house.open();
  house.holds();
}

TEST_CASE("a log that lost a file in its middle is refused, though its end is there") {
  Books house;
  for (int run = 0; run < 3; ++run) {
    house.reopen();
    const std::string id = fmt::format("run-{}", run);
    house.must(id, pay("a", "1.00", id));
  }
  house.close();
  const auto tables = house.log_files(".sst");
  REQUIRE(tables.size() >= 2);
  fs::remove(tables[1]);
  CHECK_FALSE(house.refusal_unchanged().empty());
}

TEST_CASE("a head file that is damaged or missing is refused") {
  Books house;
  house.close();
  const auto [what, damage] = GENERATE(table<std::string, std::function<void(const std::string&)>>({
      {"missing", [](const auto& file) { fs::remove(file); }},
      {"empty", [](const auto& file) { fs::resize_file(file, 0); }},
      {"too short", [](const auto& file) { fs::resize_file(file, 511); }},
      {"changed in a number",
       [](const auto& file) { flip(file, log::read_file(file)->find("position ") + 9, 0x01); }},
      {"changed in the filling", [](const auto& file) { flip(file, 500); }},
  }));
  INFO(what);
  damage(house.path() + "/head");
  CHECK(house.refusal_unchanged().contains("verify --repair-head"));
}

TEST_CASE("a head file of another log is refused") {
  Books house;
  house.close();
  const auto head = log::HeadFile::read(house.path() + "/head");
  REQUIRE(head);
  log::Head other = *head;
  other.root.bytes[5] ^= 1;
  auto file = log::HeadFile::open(house.path() + "/head");
  REQUIRE(file);
  REQUIRE(file->write(other));
  CHECK(house.refusal().contains("is not the one that the head file was written for"));
  REQUIRE(file->write(*head));
  house.open();
}

TEST_CASE("a vault without its key, or with a damaged one, is refused beside a log") {
  Books house;
  house.close();
  const std::string vault = house.path() + "/vault/";
  SECTION("missing") {
    fs::remove(vault + "hash.key");
    CHECK(house.refusal().contains("the vault has no hash.key"));
  }
  SECTION("changed") {
    // Another letter is another key, and every id would be new.
    flip(vault + "hash.key", 5, 0x01);
    CHECK(house.refusal().contains("hash.key is damaged"));
  }
  SECTION("the signer's changed") {
    flip(vault + "checkpoint-acme.key", 50, 0x01);
    CHECK(house.refusal().contains("checkpoint-acme.key is damaged"));
  }
}

TEST_CASE("a directory of a newer format is refused") {
  Books house;
  house.close();
  REQUIRE(log::write_file_durably(house.path() + "/FORMAT", "provodka data 2\n"));
  CHECK(house.refusal_unchanged().contains("newer than this program's"));
}

TEST_CASE("derived data that was found damaged is built again at the next start") {
  Books house;
  house.close();
  for (const auto& entry : fs::directory_iterator(house.path() + "/derived/index")) {
    if (entry.path().extension() == ".sst") flip(entry.path().string(), 20);
  }
  house.open();  // no block of it is read when it is opened, or it is built again right away
  if (house.warnings().empty()) {
    Prepared prepared;
    prepared.command = {.id = {"p3"},
                        .tenant = {"acme"},
                        .actor = {"t"},
                        .data = pay("a", "1.00", "p3"),
                        .effective = {},
                        .expect = {},
                        .time = {}};
    CHECK_FALSE(house.engine().prepare(prepared).has_value());  // an answer that would be wrong is not given
    house.reopen();
  }
  REQUIRE(house.warnings().size() == 1);
  CHECK(house.warnings().front().contains("built again from the log"));
  CHECK(house.run("p3", pay("a", "1.00", "p3")).kind == Kind::repeated);
  house.holds();
}

}  // namespace provodka::test
