#include "ledger/log/head.h"

#include "tests/ledger/log/frames.h"

#include <filesystem>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

Head some_head() {
  Head head{.position = Position(48'212),
            .tree = Position(48'190),
            .root = {},
            .time = Instant::parse("2026-11-20T19:49:25.491011Z").value()};
  for (size_t i = 0; i < head.root.bytes.size(); ++i) head.root.bytes[i] = static_cast<uint8_t>(i * 7);
  return head;
}

void write(const std::string& path, const Head& head) {
  auto file = HeadFile::open(path);
  REQUIRE(file);
  REQUIRE(file->write(head));
  REQUIRE(file->sync());
}

bool same(const Head& a, const Head& b) {
  return a.position == b.position && a.tree == b.tree && a.root == b.root && a.time == b.time;
}

}  // namespace

TEST_CASE("a head is read as it was written, and has 512 bytes") {
  const TemporaryDir dir;
  const std::string path = dir / "head";
  CHECK_FALSE(HeadFile::exists(path));
  CHECK_FALSE(HeadFile::read(path));
  write(path, some_head());
  CHECK(HeadFile::exists(path));
  CHECK(std::filesystem::file_size(path) == 512);
  const auto read = HeadFile::read(path);
  REQUIRE(read);
  CHECK(same(*read, some_head()));

  // A shorter one in its place leaves nothing of the longer one.
  Head shorter;
  shorter.position = Position(1);
  write(path, shorter);
  CHECK(same(HeadFile::read(path).value(), shorter));
  Head longest = some_head();
  longest.position = longest.tree = Position(~uint64_t{0});
  write(path, longest);
  CHECK(same(HeadFile::read(path).value(), longest));
}

TEST_CASE("a head that was opened and never written does not exist") {
  const TemporaryDir dir;
  REQUIRE(HeadFile::open(dir / "head"));
  CHECK_FALSE(HeadFile::exists(dir / "head"));
}

TEST_CASE("any byte of a head that changes is noticed") {
  const TemporaryDir dir;
  const std::string path = dir / "head";
  write(path, some_head());
  const std::string bytes = read_file(path).value();
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int mask : {0x01, 0x20, 0x80}) {
      flip(path, i, mask);
      const auto read = HeadFile::read(path);
      if (read) FAIL("byte " << i << " ^ " << mask << " is not noticed");
      CHECK(read.error().what.contains("is damaged"));
      flip(path, i, mask);
    }
  }
  CHECK(HeadFile::read(path));
}

TEST_CASE("a head of another size is damaged") {
  const TemporaryDir dir;
  const std::string path = dir / "head";
  write(path, some_head());
  for (const uintmax_t size : {0, 1, 200, 511, 513}) {
    std::filesystem::resize_file(path, size);
    CHECK_FALSE(HeadFile::read(path));
  }
}

}  // namespace provodka::log
