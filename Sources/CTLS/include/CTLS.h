#pragma once

// The server's half of TLS over memory: bytes that came are put into one BIO, bytes to be sent are taken from another.
// The library is loaded by the first call, as only simulated servers need it, and every command would wait for it.

struct ssl_ctx_st;
struct ssl_st;
struct bio_st;
struct x509_st;
struct evp_pkey_st;

// 0 when the library is there; otherwise the reason is told below.
int drover_tls_load(void);
const char *drover_tls_load_error(void);

// A context for servers that show this certificate, with TLS 1.2 and newer; NULL when it cannot be made.
struct ssl_ctx_st *drover_tls_context(struct x509_st *certificate, struct evp_pkey_st *key);
void drover_tls_context_free(struct ssl_ctx_st *context);

// A session that waits for a client; it owns both BIOs from then on, also where it cannot be made.
struct ssl_st *drover_tls_session(struct ssl_ctx_st *context, struct bio_st *incoming, struct bio_st *outgoing);
void drover_tls_session_free(struct ssl_st *session);

enum { DROVER_TLS_WAITS = 0, DROVER_TLS_FAILED = -1, DROVER_TLS_CLOSED = -2 };

// 1 once both sides agree; otherwise one of the above.
int drover_tls_handshake(struct ssl_st *session);
// The number of bytes, or one of the above.
int drover_tls_read(struct ssl_st *session, void *bytes, int count);
int drover_tls_write(struct ssl_st *session, const void *bytes, int count);
// Says that nothing more is sent.
void drover_tls_shutdown(struct ssl_st *session);
