#include "ledger/core/hash.h"
#include "ledger/core/invariant.h"
#include "ledger/log/frame.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace provodka::log {
namespace {

constexpr size_t kHeaderBytes = 40, kFirstAt = 8, kChecksumAt = 32;

// A frame that was read can be written and read again, and its lines are its text.
void check_whole(const Frame& frame) {
  std::string joined;
  for (uint32_t i = 0; i < frame.count(); ++i) joined.append(frame.line(i)).push_back('\n');
  INVARIANT(joined == frame.text(), "the lines of a frame are its text");
  Buffer stored;
  encode_frame(frame, stored);
  const auto again = decode_frame(stored.view(), frame.first());
  INVARIANT(again, "what is written is read", again.error().what);
  INVARIANT((*again)->text() == frame.text() && (*again)->count() == frame.count(), "and is read as it was");
}

void check_stored(std::string_view stored) {
  static_cast<void>(frame_header(stored));
  uint64_t first = 1;
  if (stored.size() >= kHeaderBytes) std::memcpy(&first, stored.data() + kFirstAt, sizeof first);
  if (const auto frame = decode_frame(stored, Position(first))) check_whole(**frame);
}

// The same bytes behind a checksum that holds, as a writer that is wrong would leave them.
void check_with_checksum(std::string stored) {
  if (stored.size() < kHeaderBytes) return;
  std::memset(stored.data() + kChecksumAt, 0, sizeof(uint64_t));
  const std::string_view text(stored);
  const uint64_t checksum = hash_of(text.substr(kHeaderBytes), hash_of(text.substr(0, kHeaderBytes), 0));
  std::memcpy(stored.data() + kChecksumAt, &checksum, sizeof checksum);
  check_stored(stored);
}

void check_lines(std::string_view text) {
  if (text.empty()) return;
  Frame frame(Position(7));
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    frame.writable_text().append(text.substr(0, end));
    frame.end_line();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  check_whole(frame);
}

}  // namespace
}  // namespace provodka::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = provodka::fuzz::text_of(data, size);
  provodka::log::check_stored(input);
  provodka::log::check_with_checksum(std::string(input));
  provodka::log::check_lines(input);
  return 0;
}
