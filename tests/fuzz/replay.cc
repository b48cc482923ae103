#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

// Stands in for libFuzzer where that is not built in: runs a target over every file of the folders that are
// named, each cut off at every length, and with each byte changed. Inputs are copied to memory of their exact
// size, so that AddressSanitizer sees a read behind the end.
namespace {

using Bytes = std::vector<uint8_t>;

size_t runs = 0;

void run(const Bytes& input) {
  const Bytes exact(input);
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
  ++runs;
}

void run_with_neighbours(const Bytes& seed) {
  constexpr size_t kPlacesMax = 1024;
  run(seed);
  const size_t step = std::max<size_t>(1, seed.size() / kPlacesMax);
  for (size_t at = 0; at < seed.size(); at += step) {
    run(Bytes(seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(at)));
    for (const uint8_t flip : {0x01, 0x20, 0x80}) {
      Bytes changed(seed);
      changed[at] ^= flip;
      run(changed);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  size_t seeds = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) continue;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      run_with_neighbours(Bytes(std::istreambuf_iterator<char>(in), {}));
      ++seeds;
    }
  }
  std::printf("%zu seeds, %zu inputs\n", seeds, runs);
  return seeds == 0;
}
