/* ChaCha20 by OpenSSL for the libssh2 that set-up builds, in the place of the library's own: that one takes more than
 * half of the processor time of an upload, and OpenSSL's uses the processor's vectors. Same functions, same context.
 *
 * The context holds the words of the cipher's state, whose last four are a counter of 64 bits and a nonce of 64 bits.
 * OpenSSL takes the same sixteen bytes as its IV. Its counter has 32 bits, which no packet comes near to; the library sets
 * the state anew before every use. */
#include "libssh2_priv.h"

#include "chacha.h"

#include <openssl/evp.h>
#include <string.h>

static __thread EVP_CIPHER_CTX *contexts;

void chacha_keysetup(struct chacha_ctx *x, const u_char *key, u_int bits) {
    (void)bits; /* SSH knows keys of 256 bits only. */
    memcpy(&x->input[4], key, 32);
}

void chacha_ivsetup(struct chacha_ctx *x, const u_char *iv, const u_char *counter) {
    if (counter) memcpy(&x->input[12], counter, 8);
    else memset(&x->input[12], 0, 8);
    memcpy(&x->input[14], iv, 8);
}

void chacha_encrypt_bytes(struct chacha_ctx *x, const u_char *in, u_char *out, u_int count) {
    int written = 0;
    if (!contexts) contexts = EVP_CIPHER_CTX_new();
    if (!contexts ||
        EVP_EncryptInit_ex(contexts, EVP_chacha20(), NULL, (const unsigned char *)&x->input[4],
                           (const unsigned char *)&x->input[12]) != 1 ||
        EVP_EncryptUpdate(contexts, out, &written, in, (int)count) != 1) {
        /* Nothing that could be read may leave: the other side finds the packet broken and ends the connection. */
        memset(out, 0, count);
    }
}
