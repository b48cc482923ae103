#include "ledger/log/sha256_lanes.h"

#include "ledger/core/invariant.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace provodka::log {

#ifdef __x86_64__

namespace {

// FIPS 180-4, 4.2.2.
alignas(16) constexpr uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The instructions keep a state as ABEF and CDGH.
template <int N>
__attribute__((target("sha,sse4.1"), always_inline)) inline void blocks_of(
    Sha256State* const (&states)[N], const uint8_t* const (&blocks)[N]) {
  const __m128i kBigEndian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i abef[N], cdgh[N], abef_before[N], cdgh_before[N], words[N][4];
  for (int n = 0; n < N; ++n) {
    const __m128i abcd = _mm_loadu_si128(reinterpret_cast<const __m128i*>(states[n]->words));
    const __m128i efgh = _mm_loadu_si128(reinterpret_cast<const __m128i*>(states[n]->words + 4));
    const __m128i cdab = _mm_shuffle_epi32(abcd, 0xb1);
    const __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1b);
    abef[n] = abef_before[n] = _mm_alignr_epi8(cdab, hgfe, 8);
    cdgh[n] = cdgh_before[n] = _mm_blend_epi16(hgfe, cdab, 0xf0);
    for (int i = 0; i < 4; ++i) {
      words[n][i] =
          _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks[n] + 16 * i)), kBigEndian);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < 16; ++r) {  // four rounds each
    const __m128i constants = _mm_load_si128(reinterpret_cast<const __m128i*>(kRound + 4 * r));
    for (int n = 0; n < N; ++n) {
      __m128i(&w)[4] = words[n];
      const __m128i sum = _mm_add_epi32(w[r % 4], constants);
      cdgh[n] = _mm_sha256rnds2_epu32(cdgh[n], abef[n], sum);
      if (r >= 3 && r < 15) {  // the message schedule, one step ahead
        const __m128i shifted = _mm_alignr_epi8(w[r % 4], w[(r + 3) % 4], 4);
        w[(r + 1) % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(w[(r + 1) % 4], shifted), w[r % 4]);
      }
      abef[n] = _mm_sha256rnds2_epu32(abef[n], cdgh[n], _mm_shuffle_epi32(sum, 0x0e));
      if (r >= 1 && r < 13) w[(r + 3) % 4] = _mm_sha256msg1_epu32(w[(r + 3) % 4], w[r % 4]);
    }
  }
  for (int n = 0; n < N; ++n) {
    const __m128i feba = _mm_shuffle_epi32(_mm_add_epi32(abef[n], abef_before[n]), 0x1b);
    const __m128i dchg = _mm_shuffle_epi32(_mm_add_epi32(cdgh[n], cdgh_before[n]), 0xb1);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(states[n]->words), _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(states[n]->words + 4), _mm_alignr_epi8(dchg, feba, 8));
  }
}

}  // namespace

bool has_sha_instructions() {
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool sse = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) && (c & bit_SSSE3);
    return sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
  }();
  return has;
}

__attribute__((target("sha,sse4.1"))) void sha256_block(Sha256State& state, const uint8_t* block) {
  blocks_of<1>({&state}, {block});
}

__attribute__((target("sha,sse4.1"))) void sha256_blocks(Sha256State& a, const uint8_t* block_a,
                                                         Sha256State& b, const uint8_t* block_b) {
  blocks_of<2>({&a, &b}, {block_a, block_b});
}

#else

bool has_sha_instructions() { return false; }
void sha256_block(Sha256State&, const uint8_t*) { INVARIANT(false, "there are no SHA instructions"); }
void sha256_blocks(Sha256State&, const uint8_t*, Sha256State&, const uint8_t*) {
  INVARIANT(false, "there are no SHA instructions");
}

#endif

}  // namespace provodka::log
