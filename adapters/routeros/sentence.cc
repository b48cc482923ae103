#include "adapters/routeros/sentence.h"

#include "ledger/core/invariant.h"

#include <algorithm>

namespace provodka::routeros {
namespace {

constexpr size_t kPrintableBytesMax = 200;
constexpr size_t kBytesKept = 1 << 20;

// The least length that needs a prefix of so many bytes; a shorter one in it is overlong.
constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x4000, 0x200000, 0x10000000};

}  // namespace

void append_length(std::string& out, uint32_t bytes) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte & 0xff)); };
  if (bytes < 0x80) {
    put(bytes);
  } else if (bytes < 0x4000) {
    put(bytes >> 8 | 0x80);
    put(bytes);
  } else if (bytes < 0x200000) {
    put(bytes >> 16 | 0xc0);
    put(bytes >> 8);
    put(bytes);
  } else {
    if (bytes < 0x10000000) {
      put(bytes >> 24 | 0xe0);
    } else {
      put(0xf0);
      put(bytes >> 24);
    }
    put(bytes >> 16);
    put(bytes >> 8);
    put(bytes);
  }
}

void append_word(std::string& out, std::string_view word) {
  INVARIANT(word.size() <= 0xffffffff, "a word of the API is shorter than 4 GiB", word.size());
  append_length(out, static_cast<uint32_t>(word.size()));
  out.append(word);
}

void append_sentence(std::string& out, const std::vector<std::string>& words) {
  for (const std::string& word : words) append_word(out, word);
  end_sentence(out);
}

void Decoder::feed(std::string_view bytes) {
  if (begin_ > 0 && (begin_ == bytes_.size() || begin_ >= kBytesKept)) {
    bytes_.erase(0, begin_);
    for (Word& word : words_) word.at -= begin_;
    dropped_ += begin_;
    at_ -= begin_;
    begin_ = 0;
  }
  bytes_.append(bytes);
}

Result<std::pair<size_t, uint32_t>> Decoder::prefix() const {
  const size_t left = bytes_.size() - at_;
  if (left == 0) return std::pair<size_t, uint32_t>(0, 0);
  const auto byte = [this](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(bytes_[at_ + i]));
  };
  const uint32_t first = byte(0);
  if (first >= 0xf8) return fault("byte {}: 0x{:02x} is a control byte that is not known", place(), first);
  if (first > 0xf0) return fault("byte {}: 0x{:02x} begins no length", place(), first);
  const size_t bytes = first < 0x80 ? 1 : first < 0xc0 ? 2 : first < 0xe0 ? 3 : first < 0xf0 ? 4 : 5;
  if (left < bytes) return std::pair<size_t, uint32_t>(0, 0);
  uint32_t length = bytes == 5 ? 0 : first & (0xff >> bytes);
  for (size_t i = 1; i < bytes; ++i) length = length << 8 | byte(i);
  if (length < kLeast[bytes])
    return fault("byte {}: the length {} is written in {} bytes, more than it needs", place(), length, bytes);
  if (length > limits_.word_bytes_max)
    return fault("byte {}: a word of {} bytes, more than the {} allowed", place(), length,
                 limits_.word_bytes_max);
  return std::pair(bytes, length);
}

Result<bool> Decoder::next(std::vector<std::string_view>& words) {
  words.clear();
  for (;;) {
    const auto read = prefix();
    if (!read) return std::unexpected(read.error());
    const auto [prefix_bytes, length] = *read;
    // Other protocols seldom make whole sentences, so one is told by its first byte.
    if (limits_.first != '\0' && words_.empty() && length > 0 && bytes_.size() > at_ + prefix_bytes &&
        bytes_[at_ + prefix_bytes] != limits_.first)
      return fault(
          "byte {}: a sentence begins with \"{}\", which is no reply", place(),
          printable(std::string_view(bytes_).substr(at_ + prefix_bytes, std::min<size_t>(length, 20))));
    if (prefix_bytes == 0 || bytes_.size() - at_ - prefix_bytes < length) return false;
    if (length > 0) {
      if (words_.size() >= limits_.words_max)
        return fault("byte {}: a sentence of more than the {} words allowed", place(), limits_.words_max);
      if (at_ - begin_ + length > limits_.sentence_bytes_max)
        return fault("byte {}: a sentence of more than the {} bytes allowed", place(),
                     limits_.sentence_bytes_max);
      words_.push_back({at_ + prefix_bytes, length});
      at_ += prefix_bytes + length;
      continue;
    }
    at_ += prefix_bytes;
    begin_ = at_;
    if (words_.empty()) continue;
    words.reserve(words_.size());
    for (const Word& word : words_) words.push_back(std::string_view(bytes_).substr(word.at, word.bytes));
    words_.clear();
    return true;
  }
}

std::string_view Reply::find(std::string_view key) const {
  for (const auto& [name, value] : attributes) {
    if (name == key) return value;
  }
  return {};
}

Result<Reply> parse_reply(const std::vector<std::string_view>& words) {
  if (words.empty() || !words.front().starts_with('!'))
    return fault("a sentence begins with \"{}\", which is no reply",
                 words.empty() ? "" : printable(words.front()));
  Reply reply;
  const std::string_view kind = words.front();
  if (kind == "!re") reply.kind = ReplyKind::re;
  if (kind == "!done") reply.kind = ReplyKind::done;
  if (kind == "!trap") reply.kind = ReplyKind::trap;
  if (kind == "!fatal") reply.kind = ReplyKind::fatal;
  if (kind == "!empty") reply.kind = ReplyKind::empty;
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word.starts_with('=')) {
      word.remove_prefix(1);
      const size_t equals = word.find('=');
      if (equals == word.npos) {
        reply.attributes.emplace_back(word, std::string_view());
      } else {
        reply.attributes.emplace_back(word.substr(0, equals), word.substr(equals + 1));
      }
    } else if (word.starts_with(".tag=")) {
      reply.tag = word.substr(5);
    } else if (reply.text.empty()) {
      reply.text = word;
    }
  }
  return reply;
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kPrintableBytesMax));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (text.size() > kPrintableBytesMax) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0) out.pop_back();
    out += "...";
  }
  return out;
}

}  // namespace provodka::routeros
