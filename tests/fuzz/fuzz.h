#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What libFuzzer calls with each input; a finding is whatever a sanitizer reports, or an INVARIANT that
// fails.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace provodka::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace provodka::fuzz
