#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace provodka::tools {

// The insertions, deletions and replacements between two words (Levenshtein).
inline size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

// `; did you mean "postgres"?` when one of the candidates is near, else what there is: `; there are a, b`.
inline std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto nearest =
      std::ranges::min_element(candidates, {}, [&](auto c) { return edit_distance(word, c); });
  if (nearest != candidates.end() && edit_distance(word, *nearest) <= std::min<size_t>(3, word.size() / 2)) {
    return fmt::format("; did you mean \"{}\"?", *nearest);
  }
  return fmt::format("; there are {}", fmt::join(candidates, ", "));
}

}  // namespace provodka::tools
