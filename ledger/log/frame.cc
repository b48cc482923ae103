#include "ledger/log/frame.h"

#include "ledger/core/hash.h"

#include <bit>
#include <optional>

#include <lz4.h>

namespace provodka::log {
namespace {

static_assert(std::endian::native == std::endian::little, "the stored numbers are little-endian");

constexpr uint32_t kMagic = 0x4b445650;  // "PVDK"
constexpr uint16_t kVersion = 1;
enum Compression : uint16_t { kStored = 0, kLz4 = 1 };
constexpr uint32_t kTextBytesMax = 64 << 20;

struct Header {
  uint32_t magic;
  uint16_t version;
  uint16_t compression;
  uint64_t first;
  uint32_t count;
  uint32_t text_bytes;
  uint32_t body_bytes;
  uint32_t reserved;
  uint64_t checksum;  // XXH3 of the header with this member zero, and the body
};
static_assert(sizeof(Header) == 40 && std::has_unique_object_representations_v<Header>);

uint64_t checksum_of(Header header, std::string_view body) {
  header.checksum = 0;
  const uint64_t of_header = hash_of({reinterpret_cast<const char*>(&header), sizeof header}, 0);
  return hash_of(body, of_header);
}

}  // namespace

void encode_frame(const Frame& frame, Buffer& stored) {
  const std::string_view text = frame.text();
  const int bound = LZ4_compressBound(static_cast<int>(text.size()));
  stored.clear();
  char* const start = stored.room(sizeof(Header) + static_cast<size_t>(bound));
  int body = LZ4_compress_default(text.data(), start + sizeof(Header), static_cast<int>(text.size()), bound);
  Compression compression = kLz4;
  if (body <= 0 || static_cast<size_t>(body) >= text.size()) {
    compression = kStored;
    body = static_cast<int>(text.size());
    std::memcpy(start + sizeof(Header), text.data(), text.size());
  }
  stored.wrote_to(start + sizeof(Header) + body);
  Header header{.magic = kMagic,
                .version = kVersion,
                .compression = compression,
                .first = frame.first().value(),
                .count = frame.count(),
                .text_bytes = static_cast<uint32_t>(text.size()),
                .body_bytes = static_cast<uint32_t>(body),
                .reserved = 0,
                .checksum = 0};
  header.checksum = checksum_of(header, stored.view(sizeof header));
  std::memcpy(start, &header, sizeof header);
}

std::optional<FrameHeader> frame_header(std::string_view stored) {
  Header header;
  if (stored.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, stored.data(), sizeof header);
  if (header.magic != kMagic) return std::nullopt;
  return FrameHeader{Position(header.first), header.count, header.text_bytes,
                     static_cast<uint32_t>(sizeof header) + header.body_bytes};
}

Result<FramePtr> decode_frame(std::string_view stored, Position key) {
  Header header;
  if (stored.size() < sizeof header)
    return fault("the frame has {} bytes, less than a header", stored.size());
  std::memcpy(&header, stored.data(), sizeof header);
  const std::string_view body = stored.substr(sizeof header);
  if (header.magic != kMagic) return fault("the frame does not begin with its magic");
  if (header.version > kVersion)
    return fault("the frame is of version {}, newer than this program knows", header.version);
  if (const uint64_t computed = checksum_of(header, body); computed != header.checksum) {
    return fault("checksum differs (stored {:016x}, computed {:016x})", header.checksum, computed);
  }
  // What follows cannot differ by accident any more, only by a writer that was wrong.
  if (header.first != key.value())
    return fault("the frame says it begins at {}, its key says {}", header.first, key);
  if (header.body_bytes != body.size() || header.text_bytes > kTextBytesMax || header.count == 0 ||
      header.count > header.text_bytes) {
    return fault("the frame's counts do not fit its size");
  }
  auto frame = std::make_shared<Frame>(key);
  char* text = frame->writable_text().room(header.text_bytes + 1);
  if (header.compression == kLz4) {
    const int bytes = LZ4_decompress_safe(body.data(), text, static_cast<int>(body.size()),
                                          static_cast<int>(header.text_bytes));
    if (bytes < 0 || static_cast<uint32_t>(bytes) != header.text_bytes)
      return fault("the frame's LZ4 block is invalid");
  } else if (header.compression == kStored && body.size() == header.text_bytes) {
    std::memcpy(text, body.data(), body.size());
  } else {
    return fault("the frame's compression {} is not known", header.compression);
  }
  if (!frame->index_lines(header.text_bytes, header.count))
    return fault("the frame does not hold {} lines", header.count);
  return frame;
}

bool Frame::index_lines(uint32_t text_bytes, uint32_t count) {
  text_.wrote_to(text_.data() + text_bytes);
  ends_.reserve(count);
  const char* const begin = text_.data();
  const char* const end = begin + text_bytes;
  for (const char* p = begin; p != end; ++p) {
    p = static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
    if (!p) return false;
    ends_.push_back(static_cast<uint32_t>(p - begin));
  }
  return ends_.size() == count;
}

}  // namespace provodka::log
