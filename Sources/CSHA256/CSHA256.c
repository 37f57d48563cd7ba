#include "CSHA256.h"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

bool drover_sha256_is_supported(void) {
    unsigned eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_SSSE3) || !(ecx & bit_SSE4_1)) return false;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_SHA);
}

// FIPS 180-4, 4.2.2.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#define WITH_INSTRUCTIONS __attribute__((target("sha,sse4.1,ssse3")))
#define UNROLLED _Pragma("clang loop unroll(full)")

// Written once for one stream and for two; `streams` is a constant where this is inlined, and all inner loops vanish.
// The instructions want the state's words as ABEF and CDGH instead of ABCD and EFGH.
WITH_INSTRUCTIONS static inline __attribute__((always_inline)) void take(
    const int streams, uint32_t *const *states, const uint8_t *const *bytes, size_t count) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i abef[2], cdgh[2];
    UNROLLED for (int i = 0; i < streams; i++) {
        __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)states[i]), 0xB1);
        __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)states[i] + 1), 0x1B);
        abef[i] = _mm_alignr_epi8(abcd, efgh, 8);
        cdgh[i] = _mm_blend_epi16(efgh, abcd, 0xF0);
    }
    for (size_t block = 0; block < count; block++) {
        __m128i message[2][4], abef_before[2], cdgh_before[2];
        UNROLLED for (int i = 0; i < streams; i++) {
            abef_before[i] = abef[i];
            cdgh_before[i] = cdgh[i];
        }
        // Four rounds a turn.
        UNROLLED for (int turn = 0; turn < 16; turn++) {
            const __m128i constant = _mm_load_si128((const __m128i *)constants + turn);
            UNROLLED for (int i = 0; i < streams; i++) {
                __m128i *four = &message[i][turn & 3];
                if (turn < 4) {
                    const __m128i *place = (const __m128i *)(bytes[i] + 64 * block) + turn;
                    *four = _mm_shuffle_epi8(_mm_loadu_si128(place), big_endian);
                } else {
                    const __m128i *last = &message[i][(turn + 3) & 3];
                    *four = _mm_sha256msg1_epu32(*four, message[i][(turn + 1) & 3]);
                    *four = _mm_add_epi32(*four, _mm_alignr_epi8(*last, message[i][(turn + 2) & 3], 4));
                    *four = _mm_sha256msg2_epu32(*four, *last);
                }
                const __m128i sum = _mm_add_epi32(*four, constant);
                cdgh[i] = _mm_sha256rnds2_epu32(cdgh[i], abef[i], sum);
                abef[i] = _mm_sha256rnds2_epu32(abef[i], cdgh[i], _mm_shuffle_epi32(sum, 0x0E));
            }
        }
        UNROLLED for (int i = 0; i < streams; i++) {
            abef[i] = _mm_add_epi32(abef[i], abef_before[i]);
            cdgh[i] = _mm_add_epi32(cdgh[i], cdgh_before[i]);
        }
    }
    UNROLLED for (int i = 0; i < streams; i++) {
        __m128i feba = _mm_shuffle_epi32(abef[i], 0x1B);
        __m128i dchg = _mm_shuffle_epi32(cdgh[i], 0xB1);
        _mm_storeu_si128((__m128i *)states[i], _mm_blend_epi16(feba, dchg, 0xF0));
        _mm_storeu_si128((__m128i *)states[i] + 1, _mm_alignr_epi8(dchg, feba, 8));
    }
}

WITH_INSTRUCTIONS void drover_sha256_blocks(uint32_t *state, const uint8_t *bytes, size_t count) {
    uint32_t *const states[] = {state};
    const uint8_t *const all[] = {bytes};
    take(1, states, all, count);
}

WITH_INSTRUCTIONS void drover_sha256_block_pairs(
    uint32_t *first, const uint8_t *first_bytes, uint32_t *second, const uint8_t *second_bytes, size_t count) {
    uint32_t *const states[] = {first, second};
    const uint8_t *const all[] = {first_bytes, second_bytes};
    take(2, states, all, count);
}

#else

// Elsewhere OpenSSL hashes one stream after the other.
bool drover_sha256_is_supported(void) { return false; }

void drover_sha256_blocks(uint32_t *state, const uint8_t *bytes, size_t count) {
    (void)state, (void)bytes, (void)count;
    __builtin_trap();
}

void drover_sha256_block_pairs(
    uint32_t *first, const uint8_t *first_bytes, uint32_t *second, const uint8_t *second_bytes, size_t count) {
    (void)first, (void)first_bytes, (void)second, (void)second_bytes, (void)count;
    __builtin_trap();
}

#endif
