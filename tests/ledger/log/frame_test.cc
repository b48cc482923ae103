#include "ledger/log/frame.h"

#include "ledger/core/hash.h"
#include "tests/ledger/log/frames.h"

#include <algorithm>
#include <cstring>
#include <random>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

std::string stored(const Frame& frame) {
  Buffer buffer;
  encode_frame(frame, buffer);
  return std::string(buffer.view());
}

// A stored frame whose parts are as the test wants them, with the checksum that belongs to them.
struct Made {
  uint32_t magic = 0x4b445650;
  uint16_t version = 1, compression = 0;
  uint64_t first = 7;
  uint32_t count = 2, text_bytes = 8, body_bytes = 8, reserved = 0;
  std::string body = "one\ntwo\n";

  std::string bytes() const {
    std::string header(40, '\0');
    const auto put = [&](size_t offset, const auto& value) {
      std::memcpy(header.data() + offset, &value, sizeof value);
    };
    put(0, magic);
    put(4, version);
    put(6, compression);
    put(8, first);
    put(16, count);
    put(20, text_bytes);
    put(24, body_bytes);
    put(28, reserved);
    put(32, hash_of(body, hash_of(header, 0)));
    return header + body;
  }

  std::string why_not() const {
    const auto frame = decode_frame(bytes(), Position(7));
    return frame ? "" : frame.error().what;
  }
};

std::string random_text(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('!' + random() % 90);
  return text;
}

}  // namespace

TEST_CASE("frames are read as they were written") {
  const std::vector<std::vector<std::string>> all = {
      {"one"},
      {"", "", ""},
      {"one", "two", "three"},
      {random_text(60'000, 1)},  // does not become smaller by compression
      std::vector<std::string>(5000, R"({"specversion":"1.0","id":"1","source":"/t"})"),
  };
  for (const auto& lines : all) {
    for (const uint64_t first : {uint64_t{1}, uint64_t{77}, uint64_t{1} << 60}) {
      const auto frame = frame_of(Position(first), lines);
      const auto read = decode_frame(stored(*frame), Position(first));
      REQUIRE(read);
      CHECK(lines_of(**read) == lines);
      CHECK((*read)->text() == frame->text());
      CHECK((*read)->first() == Position(first));
      CHECK((*read)->last() == Position(first + lines.size() - 1));
      CHECK((*read)->line((*read)->last()) == lines.back());
    }
  }
}

TEST_CASE("the worked example of FORMAT.md") {
  const auto frame = frame_of(Position(1), {R"({"specversion":"1.0","id":"1","source":"/t"})"});
  const unsigned char header[] = {0x50, 0x56, 0x44, 0x4b, 0x01, 0,    0,    0,    0x01, 0,    0,    0,   0, 0,
                                  0,    0,    0x01, 0,    0,    0,    0x2d, 0,    0,    0,    0x2d, 0,   0, 0,
                                  0,    0,    0,    0,    0x2b, 0x9c, 0xef, 0xfe, 0xf8, 0xa8, 0xb3, 0xb4};
  CHECK(stored(*frame) ==
        std::string(reinterpret_cast<const char*>(header), sizeof header) + std::string(frame->text()));
}

TEST_CASE("any byte that changes is noticed") {
  for (const auto& frame :
       {frame_of(Position(5), {"one", "two"}),
        frame_of(Position(5), std::vector<std::string>(20, "the same line again and again"))}) {
    const std::string bytes = stored(*frame);
    for (size_t i = 0; i < bytes.size(); ++i) {
      for (const int mask : {0x01, 0x80, 0xff}) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ mask);
        if (decode_frame(changed, Position(5))) FAIL("byte " << i << " ^ " << mask << " is not noticed");
      }
    }
  }
  SUCCEED();
}

TEST_CASE("a frame that is cut short, or longer, is noticed") {
  const std::string bytes =
      stored(*frame_of(Position(5), std::vector<std::string>(20, "the same line again and again")));
  for (size_t size = 0; size < bytes.size(); ++size) {
    if (decode_frame(std::string_view(bytes).substr(0, size), Position(5)))
      FAIL("cut to " << size << " is not noticed");
  }
  CHECK_FALSE(decode_frame(bytes + '\0', Position(5)));
}

TEST_CASE("corruption: what a frame can be besides whole") {
  CHECK(Made().why_not().empty());
  CHECK(Made{.magic = 0x4b445651}.why_not() == "the frame does not begin with its magic");
  CHECK(Made{.version = 2}.why_not() == "the frame is of version 2, newer than this program knows");
  CHECK(Made{.compression = 9}.why_not() == "the frame's compression 9 is not known");
  CHECK(Made{.compression = 1}.why_not() == "the frame's LZ4 block is invalid");
  CHECK(Made{.first = 8}.why_not() == "the frame says it begins at 8, its key says 7");
  CHECK(Made{.count = 0}.why_not() == "the frame's counts do not fit its size");
  CHECK(Made{.count = 1}.why_not() == "the frame does not hold 1 lines");
  CHECK(Made{.count = 3}.why_not() == "the frame does not hold 3 lines");
  CHECK(Made{.count = 0xffffffff}.why_not() == "the frame's counts do not fit its size");
  CHECK(Made{.text_bytes = 7}.why_not() == "the frame's compression 0 is not known");
  CHECK(Made{.text_bytes = 0xffffffff}.why_not() == "the frame's counts do not fit its size");
  CHECK(Made{.body_bytes = 7}.why_not() == "the frame's counts do not fit its size");
  CHECK(Made{.body = "one two\n"}.why_not() == "the frame does not hold 2 lines");
  CHECK(Made{.body = "one\ntwo."}.why_not() == "the frame does not hold 2 lines");
}

TEST_CASE("what a frame says of itself is read without its lines") {
  const std::string bytes = stored(*frame_of(Position(9), {"one", "two"}));
  const auto header = frame_header(bytes);
  REQUIRE(header);
  CHECK(header->first == Position(9));
  CHECK(header->count == 2);
  CHECK(header->text_bytes == 8);
  CHECK(header->stored_bytes == bytes.size());
  CHECK_FALSE(frame_header(bytes.substr(0, 39)));
  CHECK_FALSE(frame_header(std::string(40, 'x')));
}

TEST_CASE("lines behind a mark are taken back") {
  auto frame = std::make_shared<Frame>(Position(1));
  for (const std::string_view line : {"one", "two", "three"}) {
    frame->writable_text().append(line);
    frame->end_line();
  }
  frame->truncate(3);
  CHECK(frame->count() == 3);
  frame->truncate(1);
  CHECK(lines_of(*frame) == std::vector<std::string>{"one"});
  CHECK(frame->text() == "one\n");
  frame->truncate(0);
  CHECK(frame->text().empty());
  CHECK(frame->count() == 0);
}

}  // namespace provodka::log
