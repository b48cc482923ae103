#pragma once

#include "ledger/codec/command_codec.h"

#include <string>
#include <string_view>

namespace provodka::http {

// Cuts a body that comes in pieces into lines and numbers them from one. Empty lines are counted and left
// out.
class BatchLines {
 public:
  // Calls on_line(number, text, too_long) for each line that ends in the piece.
  template <class F>
  void add(std::string_view piece, F&& on_line) {
    while (!piece.empty()) {
      const size_t end = piece.find('\n');
      if (end == piece.npos) {
        keep(piece);
        return;
      }
      if (begun_.empty() && !too_long_) {
        emit(piece.substr(0, end), on_line);
      } else {
        keep(piece.substr(0, end));
        emit(begun_, on_line);
      }
      begun_.clear();
      too_long_ = false;
      piece.remove_prefix(end + 1);
    }
  }
  // For the last line, which may lack its line feed.
  template <class F>
  void finish(F&& on_line) {
    if (!begun_.empty() || too_long_) emit(begun_, on_line);
    begun_.clear();
  }

 private:
  void keep(std::string_view part) {
    too_long_ |= begun_.size() + part.size() > codec::kCommandBytesMax + 1;  // with a carriage return
    if (!too_long_) begun_.append(part);
  }
  template <class F>
  void emit(std::string_view line, F&& on_line) {
    ++number_;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool too_long = too_long_ || line.size() > codec::kCommandBytesMax;
    if (too_long || line.find_first_not_of(" \t") != line.npos) on_line(number_, line, too_long);
  }

  uint64_t number_ = 0;
  std::string begun_;
  bool too_long_ = false;
};

}  // namespace provodka::http
