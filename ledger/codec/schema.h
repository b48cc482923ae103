#pragma once

#include <map>
#include <string>

namespace provodka::codec {

// The JSON Schema (2020-12) of every published event and of every command, from the same description that
// encodes and decodes them: file name below schemas/ to text. `provodka schemas DIR` writes them, and a test
// holds the committed files to them, so that a published version cannot change unnoticed.
std::map<std::string, std::string> schemas();

}  // namespace provodka::codec
