/* Poly1305 by OpenSSL for the libssh2 that set-up builds, in the place of the library's own: with ChaCha20 by OpenSSL
 * (libssh2-chacha.c) that one is the largest part of an upload's processor time. Same function. */

/* The library's own, for an OpenSSL that has none (a FIPS provider). */
#define poly1305_auth poly1305_own
#include "poly1305-own.c"
#undef poly1305_auth

#include <openssl/evp.h>

static __thread EVP_MAC_CTX *context;

static EVP_MAC_CTX *made(void) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "POLY1305", NULL);
    EVP_MAC_CTX *result = mac ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac); /* The context holds it. */
    return result;
}

void poly1305_auth(unsigned char out[POLY1305_TAGLEN], const unsigned char *m, size_t inlen,
                   const unsigned char key[POLY1305_KEYLEN]) {
    size_t length = 0;
    if (!context) context = made();
    if (!context || EVP_MAC_init(context, key, POLY1305_KEYLEN, NULL) != 1 || EVP_MAC_update(context, m, inlen) != 1 ||
        EVP_MAC_final(context, out, &length, POLY1305_TAGLEN) != 1) {
        poly1305_own(out, m, inlen, key);
    }
}
