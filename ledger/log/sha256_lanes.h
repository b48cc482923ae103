#pragma once

#include <cstdint>

// SHA-256 of two messages at once with the SHA instructions of x86 (Intel SDM, "SHA Extensions"). One round
// waits for the one before it, so a single message leaves half of the unit idle; libraries hash one message
// at a time. Only the block function is here; padding is the caller's.
namespace provodka::log {

// Whether this processor has the instructions.
bool has_sha_instructions();

struct Sha256State {
  uint32_t words[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};  // FIPS 180-4, 5.3.3
};

// One block of 64 bytes into a state, and one block each into two. REQUIRES: has_sha_instructions().
void sha256_block(Sha256State&, const uint8_t* block);
void sha256_blocks(Sha256State& a, const uint8_t* block_a, Sha256State& b, const uint8_t* block_b);

}  // namespace provodka::log
