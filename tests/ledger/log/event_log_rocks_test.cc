#include "ledger/log/event_log.h"
#include "tests/ledger/log/frames.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace provodka::log {
namespace {

namespace fs = std::filesystem;
using Mode = EventLog::Mode;

// A log that was written, and all that was written to it.
class Written {
 public:
  Written() { open(); }

  void open() {
    auto log = EventLog::open(dir(), Mode::owner);
    if (!log) FAIL(log.error().what);
    log_ = std::move(*log);
  }
  void close() { log_.reset(); }

  // One commit: frames with so many lines.
  void append(const std::vector<int>& counts, size_t line_bytes = 300) {
    std::vector<FramePtr> frames;
    for (const int count : counts) {
      std::vector<std::string> lines;
      for (int i = 0; i < count; ++i) {
        std::string line(line_bytes, ' ');
        for (char& c : line) c = static_cast<char>('a' + random_() % 26);
        lines.push_back(std::move(line));
      }
      frames.push_back(frame_of(Position(lines_.size() + 1), lines));
      firsts_.push_back(lines_.size() + 1);
      lines_.insert(lines_.end(), lines.begin(), lines.end());
    }
    REQUIRE(log_->append(frames));
  }

  // Moves what the write-ahead log holds into a table file of its own.
  void into_file() {
    close();
    open();
  }

  std::string dir() const { return dir_ / "log"; }
  EventLog& log() { return *log_; }
  const std::vector<std::string>& lines() const { return lines_; }
  uint64_t last() const { return lines_.size(); }
  // The first and last position of the frame that holds this one.
  std::pair<uint64_t, uint64_t> frame_around(uint64_t position) const {
    const auto past = std::ranges::upper_bound(firsts_, position);
    return {*std::prev(past), past == firsts_.end() ? last() : *past - 1};
  }

 private:
  TemporaryDir dir_;
  std::unique_ptr<EventLog> log_;
  std::vector<std::string> lines_;
  std::vector<uint64_t> firsts_;
  std::mt19937 random_{3};
};

struct Scanned {
  std::set<uint64_t> read, lost;
  std::vector<EventLog::Damage> damage;
};

// Scans, and holds every line that comes to what was written.
Scanned scan(const EventLog& log, const Written& written, uint64_t from = 1, uint64_t through = 0) {
  Scanned out;
  if (through == 0) through = written.last();
  log.scan(
      Position(from), Position(through),
      [&](const FramePtr& frame) {
        for (uint32_t i = 0; i < frame->count(); ++i) {
          const uint64_t at = frame->first().value() + i;
          REQUIRE(frame->line(i) == written.lines()[at - 1]);
          CHECK((out.read.empty() || at == *out.read.rbegin() + 1 || !out.damage.empty()));
          CHECK(out.read.insert(at).second);
        }
        return true;
      },
      [&](const EventLog::Damage& damage) {
        CHECK_FALSE(damage.reason.empty());
        for (uint64_t at = damage.first.value(); at <= damage.last.value(); ++at)
          CHECK(out.lost.insert(at).second);
        out.damage.push_back(damage);
      });
  return out;
}

std::set<uint64_t> range(uint64_t first, uint64_t last) {
  std::set<uint64_t> positions;
  for (; first <= last; ++first) positions.insert(first);
  return positions;
}

// Where the stored frame of this first position stands in a file, with how long it is.
std::pair<size_t, size_t> stored_at(const std::string& bytes, uint64_t first) {
  for (size_t at = bytes.find("PVDK"); at != bytes.npos; at = bytes.find("PVDK", at + 1)) {
    const auto header = frame_header(std::string_view(bytes).substr(at));
    if (header && header->first == Position(first)) return {at, header->stored_bytes};
  }
  FAIL("frame " << first << " is not in the file");
  return {};
}

}  // namespace

TEST_CASE("an empty log has no position, and can be opened and looked at") {
  Written written;
  CHECK(written.log().last() == Position());
  CHECK(scan(written.log(), written, 1, 0).read.empty());
  written.into_file();
  CHECK(EventLog::examine(written.dir()).value() == Position());
  CHECK(EventLog::examine(written.dir() + "/nowhere").value() == Position());
}

TEST_CASE("what was appended is read, by position and in order, before and after a restart") {
  Written written;
  written.append({1});
  written.append({3, 1, 200});
  written.append({1});
  for (int round = 0; round < 3; ++round) {
    CHECK(written.log().last() == Position(written.last()));
    for (uint64_t at = 1; at <= written.last(); ++at) {
      const auto frame = written.log().frame_at(Position(at));
      REQUIRE(frame);
      CHECK((*frame)->line(Position(at)) == written.lines()[at - 1]);
    }
    CHECK(scan(written.log(), written).read == range(1, written.last()));
    // From the middle of a frame, and through one.
    const auto part = scan(written.log(), written, 100, 150);
    CHECK(part.damage.empty());
    CHECK(part.read.contains(100));
    CHECK(part.read.contains(150));
    CHECK(EventLog::examine(written.dir()).value() == Position(written.last()));
    CHECK(written.log().check_files());
    written.into_file();
    written.append({2, 2});
  }
}

TEST_CASE("a scan ends when it is told to") {
  Written written;
  for (int i = 0; i < 10; ++i) written.append({2});
  int frames = 0;
  written.log().scan(
      Position(1), Position(20), [&](const FramePtr&) { return ++frames < 3; },
      [](const auto&) { FAIL("no damage"); });
  CHECK(frames == 3);
}

TEST_CASE("a scan past the end says so") {
  Written written;
  written.append({5});
  const auto scanned = scan(written.log(), written, 1, 9);
  CHECK(scanned.read == range(1, 5));
  CHECK(scanned.lost == range(6, 9));
}

TEST_CASE("a reader beside the owner sees what was durable when it was opened") {
  Written written;
  written.append({10});
  const auto reader = EventLog::open(written.dir(), Mode::reader);
  REQUIRE(reader);
  written.append({10});
  CHECK((*reader)->last() == Position(10));
  CHECK(scan(**reader, written, 1, 10).read == range(1, 10));
  CHECK((*reader)->check_files());
  CHECK(EventLog::open(written.dir(), Mode::reader).value()->last() == Position(20));
}

TEST_CASE("nobody who only looks leaves a trace") {
  Written written;
  written.append({10});
  written.into_file();
  written.append({10});
  written.close();
  const auto files = [&] {
    std::map<std::string, std::string> bytes;
    for (const auto& entry : fs::directory_iterator(written.dir())) {
      bytes[entry.path().filename().string()] = read_file(entry.path().string()).value();
    }
    return bytes;
  };
  const auto before = files();
  CHECK(EventLog::examine(written.dir()).value() == Position(20));
  for (const Mode mode : {Mode::reader, Mode::salvage}) {
    const auto log = EventLog::open(written.dir(), mode);
    REQUIRE(log);
    CHECK((*log)->last() == Position(20));
    CHECK((*log)->check_files());
  }
  CHECK(files() == before);
}

TEST_CASE("corruption: a frame in a table file is named exactly, and all others are read") {
  Written written;
  for (int i = 0; i < 60; ++i) written.append({1 + i % 4});
  written.into_file();
  written.append({4});
  written.close();
  const std::string file = files_in(written.dir(), ".sst").front();
  const std::string bytes = read_file(file).value();
  for (const uint64_t position : {1, 2, 50, 51, 75, 148}) {
    const auto [first, last] = written.frame_around(position);
    const auto [offset, size] = stored_at(bytes, first);
    for (const size_t within : {size_t{8}, size_t{33}, size_t{40}, size / 2, size - 1}) {
      INFO("frame " << first << " byte " << within);
      flip(file, offset + within);
      {
        const auto log = EventLog::open(written.dir(), Mode::reader);
        REQUIRE(log);
        const auto scanned = scan(**log, written);
        CHECK(scanned.lost == range(first, last));
        CHECK(scanned.read.size() + scanned.lost.size() == written.last());
        REQUIRE(scanned.damage.size() == 1);
        CHECK(scanned.damage.front().frame == Position(first));
        CHECK_FALSE((*log)->frame_at(Position(position)));
        CHECK_FALSE((*log)->check_files());
      }
      flip(file, offset + within);
    }
  }
}

TEST_CASE(
    "corruption: wherever a byte of a table file changes, no line is wrong and none is missing silently") {
  Written written;
  for (int i = 0; i < 80; ++i) written.append({1 + i % 3}, 500);
  written.into_file();
  written.append({4});
  written.close();
  const std::string file = files_in(written.dir(), ".sst").front();
  const size_t size = fs::file_size(file);
  std::mt19937 random(11);
  for (int i = 0; i < 150; ++i) {
    const size_t offset = i < 60 ? size - 1 - static_cast<size_t>(i) * 3 : random() % size;
    INFO("byte " << offset << " of " << size);
    flip(file, offset, 1 << (i % 8));
    auto log = EventLog::open(written.dir(), Mode::reader);
    if (!log) log = EventLog::open(written.dir(), Mode::salvage);
    if (log) {
      const auto scanned = scan(**log, written);
      CHECK(scanned.read.size() + scanned.lost.size() == written.last());
      CHECK_FALSE((*log)->check_files());
    }
    flip(file, offset, 1 << (i % 8));
  }
}

TEST_CASE("corruption: a record of the write-ahead log refuses the owner, and salvage names what is lost") {
  Written written;
  for (int i = 0; i < 400; ++i) written.append({1 + i % 3});
  written.close();
  const std::string file = files_in(written.dir(), ".log").front();
  const std::string bytes = read_file(file).value();
  for (const uint64_t position : {1, 100, 400, 700}) {
    const auto [first, last] = written.frame_around(position);
    const auto [offset, size] = stored_at(bytes, first);
    flip(file, offset + size / 2);
    CHECK_FALSE(EventLog::open(written.dir(), Mode::owner));
    CHECK_FALSE(EventLog::examine(written.dir()));
    const auto log = EventLog::open(written.dir(), Mode::salvage);
    REQUIRE(log);
    const auto scanned = scan(**log, written);
    CHECK(std::ranges::includes(scanned.lost, range(first, last)));
    CHECK(scanned.lost.size() <
          150);  // what shares a block of the write-ahead log with it may be lost as well
    CHECK(scanned.read.size() + scanned.lost.size() == written.last());
    flip(file, offset + size / 2);
  }
  written.open();
  CHECK(scan(written.log(), written).read == range(1, written.last()));
}

TEST_CASE("a record that was torn off at the end is dropped, and the log goes on") {
  Written written;
  written.append({1});
  written.append({1});
  written.append({1});
  written.close();
  const std::string file = files_in(written.dir(), ".log").front();
  fs::resize_file(file, fs::file_size(file) - GENERATE(1, 50, 200));
  CHECK(EventLog::examine(written.dir()).value() == Position(2));
  const auto log = EventLog::open(written.dir(), Mode::owner);
  REQUIRE(log);
  CHECK((*log)->last() == Position(2));
  const FramePtr frame = frame_of(Position(3), {"another third"});
  REQUIRE((*log)->append({&frame, 1}));
  CHECK((*log)->frame_at(Position(3)).value()->line(Position(3)) == "another third");
}

TEST_CASE("a gap between files, or in front of them, is seen without reading them") {
  Written written;
  for (int i = 0; i < 3; ++i) {
    written.append({5, 5});
    written.into_file();
  }
  written.append({5});
  written.close();
  // As a manifest would that forgot a file: the others are whole.
  const auto tables = files_in(written.dir(), ".sst");
  REQUIRE(tables.size() == 3);
  fs::remove(tables[static_cast<size_t>(GENERATE(0, 1, 2))]);
  CHECK_FALSE(EventLog::examine(written.dir()));
}

}  // namespace provodka::log
