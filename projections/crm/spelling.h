#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace provodka::projections {

// The function spelling() of the tables, which spells letter by letter: this has learned what it makes of
// each, so that there is one list of letters and none of it is here. For one thread.
class Spelling {
 public:
  // All letters that spelling() changes are below.
  static constexpr char32_t kLettersEnd = 0x2200;

  Spelling();
  void learn(char32_t letter, std::string_view spelled);

  // `text` is UTF-8.
  std::string operator()(std::string_view text) const;

 private:
  std::vector<std::string> letters_;  // by their code points
};

// Without its spaces.
std::string key_of(std::string spelled);

}  // namespace provodka::projections
