#pragma once

#include "ledger/core/result.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The frames of the RouterOS API: a word is a length of one to five bytes and that many bytes; a sentence is
// words up to one of no length. Source: MikroTik's manual, "API". No I/O here.
namespace provodka::routeros {

// Appends the shortest prefix for a word of so many bytes.
void append_length(std::string& out, uint32_t bytes);

// Appends a word. REQUIRES: fewer than 4 GiB.
void append_word(std::string& out, std::string_view word);

inline void end_sentence(std::string& out) { out.push_back('\0'); }

void append_sentence(std::string& out, const std::vector<std::string>& words);

struct SentenceLimits {
  uint32_t word_bytes_max = 1 << 20;
  uint32_t words_max = 1024;
  uint32_t sentence_bytes_max = 4 << 20;
  char first = '\0';  // what every sentence begins with, `!` where they are replies; zero: anything
};

// Takes bytes as they come and gives whole sentences. After a Fault the rest cannot be read: there is no way
// to find the next sentence.
class Decoder {
 public:
  explicit Decoder(SentenceLimits limits = {}) : limits_(limits) {}

  void feed(std::string_view bytes);

  // True with the words of the next sentence, which stay valid until feed(); false where it is not complete
  // yet. Sentences without words are skipped. A Fault names the byte, counted from zero at the start.
  Result<bool> next(std::vector<std::string_view>& words);

  // The byte that next() reads on with.
  uint64_t place() const { return dropped_ + at_; }

 private:
  struct Word {
    size_t at;
    size_t bytes;
  };
  // The bytes of the prefix at at_ and the length it gives; no bytes where it is not complete.
  Result<std::pair<size_t, uint32_t>> prefix() const;

  SentenceLimits limits_;
  std::string bytes_;
  size_t at_ = 0;     // the first byte that is not part of a word read yet
  size_t begin_ = 0;  // of the sentence
  uint64_t dropped_ = 0;
  std::vector<Word> words_;
};

enum class ReplyKind : unsigned char { re, done, trap, fatal, empty, unknown };

// One sentence of an answer; its texts are those of the words it was read from.
struct Reply {
  ReplyKind kind = ReplyKind::unknown;
  std::string_view tag;   // empty: none
  std::string_view text;  // the first bare word, which is the reason of a !fatal
  std::vector<std::pair<std::string_view, std::string_view>> attributes;

  // The value of the first attribute of that name; empty where there is none.
  std::string_view find(std::string_view key) const;
};

// A Fault where the sentence does not begin with a reply word. Words of kinds that are unknown are skipped.
Result<Reply> parse_reply(const std::vector<std::string_view>& words);

// What a router wrote, fit for a line of a log: without control characters, and not long.
std::string printable(std::string_view text);

}  // namespace provodka::routeros
