#define _GNU_SOURCE
#include "CTLS.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdio.h>

static void *library;
static char load_error[512];

// Each is found once, before any of them is called.
#define FUNCTIONS(F)                                                                                          \
    F(const SSL_METHOD *, TLS_server_method, (void))                                                          \
    F(SSL_CTX *, SSL_CTX_new, (const SSL_METHOD *))                                                           \
    F(void, SSL_CTX_free, (SSL_CTX *))                                                                        \
    F(int, SSL_CTX_use_certificate, (SSL_CTX *, X509 *))                                                      \
    F(int, SSL_CTX_use_PrivateKey, (SSL_CTX *, EVP_PKEY *))                                                   \
    F(long, SSL_CTX_ctrl, (SSL_CTX *, int, long, void *))                                                     \
    F(SSL *, SSL_new, (SSL_CTX *))                                                                            \
    F(void, SSL_free, (SSL *))                                                                                \
    F(void, SSL_set_bio, (SSL *, BIO *, BIO *))                                                               \
    F(void, SSL_set_accept_state, (SSL *))                                                                    \
    F(int, SSL_do_handshake, (SSL *))                                                                         \
    F(int, SSL_read, (SSL *, void *, int))                                                                    \
    F(int, SSL_write, (SSL *, const void *, int))                                                             \
    F(int, SSL_get_error, (const SSL *, int))                                                                 \
    F(int, SSL_shutdown, (SSL *))

#define DECLARE(type, name, parameters) static type(*found_##name) parameters;
FUNCTIONS(DECLARE)

static void load(void) {
    library = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *reason = dlerror();
        snprintf(load_error, sizeof load_error, "%s", reason ? reason : "it cannot be loaded");
        return;
    }
#define FIND(type, name, parameters)                                                  \
    *(void **)&found_##name = dlsym(library, #name);                                  \
    if (!found_##name) {                                                              \
        snprintf(load_error, sizeof load_error, "libssl.so.3 has no %s", #name);      \
        library = NULL;                                                               \
        return;                                                                       \
    }
    FUNCTIONS(FIND)
}

int drover_tls_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return library ? 0 : -1;
}

const char *drover_tls_load_error(void) { return load_error; }

SSL_CTX *drover_tls_context(X509 *certificate, EVP_PKEY *key) {
    if (drover_tls_load() != 0) return NULL;
    SSL_CTX *context = found_SSL_CTX_new(found_TLS_server_method());
    if (!context) return NULL;
    if (found_SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL) == 1 &&
        found_SSL_CTX_use_certificate(context, certificate) == 1 && found_SSL_CTX_use_PrivateKey(context, key) == 1)
        return context;
    found_SSL_CTX_free(context);
    return NULL;
}

void drover_tls_context_free(SSL_CTX *context) { found_SSL_CTX_free(context); }

SSL *drover_tls_session(SSL_CTX *context, BIO *incoming, BIO *outgoing) {
    SSL *session = found_SSL_new(context);
    if (!session) {
        BIO_free(incoming);
        BIO_free(outgoing);
        return NULL;
    }
    found_SSL_set_bio(session, incoming, outgoing);
    found_SSL_set_accept_state(session);
    return session;
}

void drover_tls_session_free(SSL *session) { found_SSL_free(session); }

// The library's queue of errors belongs to the thread, and one that is left there would spoil the next call's answer.
static int answer(SSL *session, int result) {
    if (result > 0) return result;
    switch (found_SSL_get_error(session, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return DROVER_TLS_WAITS;
    case SSL_ERROR_ZERO_RETURN: return DROVER_TLS_CLOSED;
    default: return DROVER_TLS_FAILED;
    }
}

int drover_tls_handshake(SSL *session) {
    ERR_clear_error();
    return answer(session, found_SSL_do_handshake(session));
}

int drover_tls_read(SSL *session, void *bytes, int count) {
    ERR_clear_error();
    return answer(session, found_SSL_read(session, bytes, count));
}

int drover_tls_write(SSL *session, const void *bytes, int count) {
    ERR_clear_error();
    return answer(session, found_SSL_write(session, bytes, count));
}

void drover_tls_shutdown(SSL *session) {
    ERR_clear_error();
    found_SSL_shutdown(session);
}
