#include "ledger/log/directory_source.h"
#include "ledger/log/head.h"
#include "tests/ledger/log/frames.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

using namespace std::chrono_literals;

// An owner that acknowledges what it appends.
class Owner {
 public:
  explicit Owner(const std::string& path) : dir_(std::move(*DataDir::own(path))) {
    auto log = EventLog::open(dir_.log(), EventLog::Mode::owner);
    REQUIRE(log);
    log_ = std::move(*log);
  }
  void append(uint64_t count) {
    std::vector<std::string> lines;
    for (uint64_t i = 0; i < count; ++i) lines.push_back(lines_.next("isp"));
    REQUIRE(log_->append(std::vector{frame_of(log_->last().next(), lines)}));
    auto head = HeadFile::open(dir_.head());
    REQUIRE(head);
    REQUIRE(head->write(
        {.position = log_->last(), .tree = {}, .root = {}, .time = *Instant::parse("2026-11-20T09:00:00Z")}));
  }

 private:
  DataDir dir_;
  std::unique_ptr<EventLog> log_;
  Lines lines_;
};

TEST_CASE("the last position is that of now, also for who has not asked for a line since") {
  const TemporaryDir dir;
  Owner owner(dir / "data");
  owner.append(3);
  const auto source = DirectorySource::open(dir / "data");
  REQUIRE(source);
  CHECK((*source)->last() == Position(3));
  owner.append(4);
  CHECK((*source)->last() == Position(7));
  const auto frame = (*source)->frame_at(Position(7), 0ms);
  REQUIRE(frame);
  REQUIRE(*frame);
  CHECK((*frame)->last() == Position(7));
  const auto end = (*source)->frame_at(Position(8), 0ms);
  REQUIRE(end);
  CHECK_FALSE(*end);
}

}  // namespace
}  // namespace provodka::log
