#include "projections/crm/spelling.h"

#include <algorithm>

namespace provodka::projections {
namespace {

// How many bytes a letter of UTF-8 has, by its first (RFC 3629, section 3).
size_t bytes_of(unsigned char first) { return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4; }

char32_t letter_of(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  char32_t letter = first & (0x7F >> bytes.size());
  for (const char c : bytes.substr(1)) letter = letter << 6 | (static_cast<unsigned char>(c) & 0x3F);
  return letter;
}

std::string utf8_of(char32_t letter) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (letter < 0x80) return {byte(letter)};
  if (letter < 0x800) return {byte(0xC0 | letter >> 6), byte(0x80 | (letter & 0x3F))};
  return {byte(0xE0 | letter >> 12), byte(0x80 | (letter >> 6 & 0x3F)), byte(0x80 | (letter & 0x3F))};
}

}  // namespace

Spelling::Spelling() {
  for (char32_t letter = 0; letter < kLettersEnd; ++letter) letters_.push_back(utf8_of(letter));
}

void Spelling::learn(char32_t letter, std::string_view spelled) { letters_.at(letter) = spelled; }

std::string Spelling::operator()(std::string_view text) const {
  std::string spelled;
  spelled.reserve(text.size());
  while (!text.empty()) {
    const std::string_view bytes = text.substr(0, bytes_of(static_cast<unsigned char>(text[0])));
    const char32_t letter = letter_of(bytes);
    spelled += letter < letters_.size() ? std::string_view(letters_[letter]) : bytes;
    text.remove_prefix(bytes.size());
  }
  return spelled;
}

std::string key_of(std::string spelled) {
  std::erase(spelled, ' ');
  return spelled;
}

}  // namespace provodka::projections
