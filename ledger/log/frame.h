#pragma once

#include "ledger/core/buffer.h"
#include "ledger/core/ids.h"
#include "ledger/core/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::log {

// A run of consecutive lines. The unit of storage, of compression and of the checksum; nothing that is
// decided depends on where one ends. Written once by its maker, then shared as const between threads.
class Frame {
 public:
  explicit Frame(Position first) : first_(first) {}

  Position first() const { return first_; }
  uint32_t count() const { return static_cast<uint32_t>(ends_.size()); }
  Position last() const { return Position(first_.value() + count() - 1); }
  // The lines, each with its line feed.
  std::string_view text() const { return text_.view(); }
  std::string_view line(uint32_t i) const {
    const uint32_t from = i == 0 ? 0 : ends_[i - 1] + 1;
    return {text_.data() + from, ends_[i] - from};
  }
  std::string_view line(Position position) const {
    return line(static_cast<uint32_t>(position.value() - first_.value()));
  }

  // The lines from `from` up to before `end`.
  std::vector<std::string_view> lines(uint32_t from, uint32_t end) const {
    std::vector<std::string_view> lines;
    lines.reserve(end - from);
    for (uint32_t i = from; i < end; ++i) lines.push_back(line(i));
    return lines;
  }

  // For its maker: write a line without line feed to text(), then end it.
  Buffer& writable_text() { return text_; }
  void end_line() {
    ends_.push_back(static_cast<uint32_t>(text_.size()));
    text_.push_back('\n');
  }
  // Takes back everything behind the first `count` lines, for an atomic group that is refused.
  void truncate(uint32_t count) {
    ends_.resize(count);
    text_.truncate(count == 0 ? 0 : ends_.back() + 1);
  }
  // Finds the lines in a text of this size that was written; false when they are not `count`.
  bool index_lines(uint32_t text_bytes, uint32_t count);

 private:
  Position first_;
  Buffer text_;
  std::vector<uint32_t> ends_;  // where each line ends: the place of its line feed
};

using FramePtr = std::shared_ptr<const Frame>;

// About how many bytes of lines a frame holds; the last line may pass it.
inline constexpr size_t kFrameTextBytes = 256 * 1024;

// The stored form, as FORMAT.md describes it.
// Into `stored`, whose memory is used again.
void encode_frame(const Frame&, Buffer& stored);

// Reads and checks a stored frame that was found under `key`. The fault says what differs.
Result<FramePtr> decode_frame(std::string_view stored, Position key);

// What every stored frame begins with.
inline constexpr std::string_view kFrameMagic = "PVDK";

// What a stored frame says of itself, without reading its lines; nullopt where it is too short to say.
struct FrameHeader {
  Position first;
  uint32_t count;
  uint32_t text_bytes;
  uint32_t stored_bytes;
};
std::optional<FrameHeader> frame_header(std::string_view stored);

}  // namespace provodka::log
