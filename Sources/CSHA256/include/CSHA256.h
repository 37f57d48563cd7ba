#ifndef CSHA256_H
#define CSHA256_H

// SHA-256's block function with the processor's own instructions, for one stream of bytes and for two at once.
//
// Each of these instructions waits for the one before; a second stream's fill the time that one stream leaves unused.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether the processor has the instructions; nothing below may be called where it has not. Slow: ask once.
bool drover_sha256_is_supported(void);

/// Takes `count` blocks of 64 bytes into a state of 8 words.
void drover_sha256_blocks(uint32_t *state, const uint8_t *bytes, size_t count);

/// Takes `count` blocks into each of two states at once.
void drover_sha256_block_pairs(
    uint32_t *first, const uint8_t *first_bytes, uint32_t *second, const uint8_t *second_bytes, size_t count);

#endif
