#include "ledger/log/data_dir.h"

#include "tests/ledger/log/frames.h"

#include <filesystem>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

namespace provodka::log {

namespace fs = std::filesystem;

TEST_CASE("a directory is made where it is missing or empty, and opens again") {
  const TemporaryDir temporary;
  const std::string path = temporary / "deep/er";
  {
    const auto dir = DataDir::own(path);
    REQUIRE(dir);
    CHECK(read_file(path + "/FORMAT").value() == "provodka data 1\n");
    CHECK(fs::is_directory(dir->vault()));
    CHECK((fs::status(dir->vault()).permissions() & fs::perms::others_all) == fs::perms::none);
    CHECK(fs::is_directory(dir->snapshots()));
  }
  CHECK(DataDir::own(path));
  CHECK(DataDir::look(path));
}

TEST_CASE("a directory has one owner at a time, and any number that look") {
  const TemporaryDir temporary;
  const std::string path = temporary / "data";
  {
    auto dir = DataDir::own(path);
    REQUIRE(dir);
    const auto second = DataDir::own(path);
    REQUIRE_FALSE(second);
    CHECK(second.error().what.contains(fmt::format("pid {}, since 20", getpid())));
    CHECK(DataDir::look(path));
    const DataDir moved = std::move(*dir);  // the lock goes along
    CHECK_FALSE(DataDir::own(path));
  }
  CHECK(DataDir::own(path));
}

TEST_CASE("a directory of something else is left alone") {
  const TemporaryDir temporary;
  REQUIRE(write_file_durably(temporary / "letter.txt", "dear"));
  const auto dir = DataDir::own(temporary.path());
  REQUIRE_FALSE(dir);
  CHECK(dir.error().what.contains("is not empty and not a provodka data directory"));
  CHECK(files_in(temporary.path(), ".txt").size() == 1);
  CHECK_FALSE(fs::exists(temporary / "FORMAT"));
  CHECK_FALSE(DataDir::look(temporary.path()));
  CHECK_FALSE(DataDir::look(temporary / "nowhere"));
}

TEST_CASE("a first start that was cut short is taken up again") {
  const TemporaryDir temporary;
  REQUIRE(write_file_durably(temporary / "lock", "pid 1, since 2026-11-20 09:00"));
  REQUIRE(write_file_durably(temporary / "FORMAT.tmp", "provo"));
  CHECK(DataDir::own(temporary.path()));
}

TEST_CASE("another format, or one that is damaged, is refused") {
  const TemporaryDir temporary;
  const std::string path = temporary / "data";
  REQUIRE(DataDir::own(path));
  const auto why_not = [&](std::string_view format) {
    REQUIRE(write_file_durably(path + "/FORMAT", format));
    const auto own = DataDir::own(path), look = DataDir::look(path);
    REQUIRE_FALSE(own);
    REQUIRE_FALSE(look);
    CHECK(own.error().what == look.error().what);
    return own.error().what;
  };
  CHECK(why_not("provodka data 2\n").contains("is of data format 2, newer than this program's 1"));
  for (const auto* damaged :
       {"", "provodka data 1", "provodka data 1\n\n", "provodka data 0\n", "provodka data -1\n",
        "provodka data 01\n", "provodka data 1x\n", "Provodka data 1\n", "provodka data \n"}) {
    CHECK(why_not(damaged).ends_with("FORMAT is damaged"));
  }
  REQUIRE(write_file_durably(path + "/FORMAT", "provodka data 1\n"));
  CHECK(DataDir::own(path));
}

TEST_CASE("a small file is replaced as a whole, or stays") {
  const TemporaryDir temporary;
  const std::string path = temporary / "file";
  REQUIRE(write_file_durably(path, "one", 0600));
  REQUIRE(write_file_durably(path, "two", 0600));
  CHECK(read_file(path).value() == "two");
  CHECK((fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
  fs::create_directory(path + ".tmp");  // in the way
  const auto written = write_file_durably(path, "three");
  REQUIRE_FALSE(written);
  CHECK(written.error().what.contains("cannot write"));
  CHECK(read_file(path).value() == "two");
  CHECK_FALSE(read_file(temporary / "missing"));
}

}  // namespace provodka::log
