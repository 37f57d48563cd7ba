#ifndef DROVER_CSSH2_H
#define DROVER_CSSH2_H

#include <stddef.h>
#include <sys/types.h>

// The functions of libssh2 that drover uses, under their own names, as libssh2 1.10 and later has them. The library is
// loaded when SSH is first wanted, so that no other command waits for it, and so that a private one can stand beside the
// program. Before `drover_ssh2_load` has answered 0 nothing else may be called.

// The names are the library's own: hidden, so that the library, once loaded, goes on calling itself.
#pragma GCC visibility push(hidden)

typedef struct drover_ssh2_session LIBSSH2_SESSION;
typedef struct drover_ssh2_channel LIBSSH2_CHANNEL;

// Loads the library: the one beside the program, then the one in ../lib/drover, then the system's.
// 0, or -1 with `drover_ssh2_load_error`.
int drover_ssh2_load(void);
const char *drover_ssh2_load_error(void);

enum {
    DROVER_SSH2_EAGAIN = -37,
    DROVER_SSH2_SEND_CALLBACK = 5,
    DROVER_SSH2_RECV_CALLBACK = 6,
    DROVER_SSH2_DISCONNECT_CALLBACK = 2,
};

typedef ssize_t (*drover_ssh2_recv)(int socket, void *buffer, size_t length, int flags, void **abstract);
typedef ssize_t (*drover_ssh2_send)(int socket, const void *buffer, size_t length, int flags, void **abstract);
typedef void (*drover_ssh2_disconnect)(LIBSSH2_SESSION *session, int reason, const char *message, int message_length,
                                       const char *language, int language_length, void **abstract);
typedef int (*drover_ssh2_sign)(LIBSSH2_SESSION *session, unsigned char **signature, size_t *signature_length,
                                const unsigned char *data, size_t data_length, void **abstract);

// A session without a socket: bytes come and go through the callbacks, whose abstract pointer is `owner`.
LIBSSH2_SESSION *drover_ssh2_session(void *owner, drover_ssh2_recv receive, drover_ssh2_send send,
                                     drover_ssh2_disconnect disconnect);

const char *libssh2_version(int required);
void libssh2_session_set_blocking(LIBSSH2_SESSION *session, int blocking);
int libssh2_session_method_pref(LIBSSH2_SESSION *session, int method, const char *names);
int libssh2_session_supported_algs(LIBSSH2_SESSION *session, int method, const char ***names);
void libssh2_free(LIBSSH2_SESSION *session, void *memory);
int libssh2_session_handshake(LIBSSH2_SESSION *session, int socket);
const char *libssh2_session_banner_get(LIBSSH2_SESSION *session);
const char *libssh2_session_hostkey(LIBSSH2_SESSION *session, size_t *length, int *type);
const char *libssh2_session_methods(LIBSSH2_SESSION *session, int method);
int libssh2_session_last_error(LIBSSH2_SESSION *session, char **message, int *length, int wants_copy);
int libssh2_session_disconnect_ex(LIBSSH2_SESSION *session, int reason, const char *description, const char *language);
int libssh2_session_free(LIBSSH2_SESSION *session);
void libssh2_keepalive_config(LIBSSH2_SESSION *session, int wants_reply, unsigned int interval);
int libssh2_keepalive_send(LIBSSH2_SESSION *session, int *seconds_to_next);

char *libssh2_userauth_list(LIBSSH2_SESSION *session, const char *user, unsigned int length);
int libssh2_userauth_authenticated(LIBSSH2_SESSION *session);
int libssh2_userauth_publickey_frommemory(LIBSSH2_SESSION *session, const char *user, size_t user_length,
                                          const char *public_key, size_t public_length, const char *private_key,
                                          size_t private_length, const char *passphrase);
// The abstract pointer that `sign` gets is the pointer given here.
int libssh2_userauth_publickey(LIBSSH2_SESSION *session, const char *user, const unsigned char *public_blob,
                               size_t length, drover_ssh2_sign sign, void **abstract);

LIBSSH2_CHANNEL *libssh2_channel_open_ex(LIBSSH2_SESSION *session, const char *type, unsigned int type_length,
                                         unsigned int window, unsigned int packet, const char *message,
                                         unsigned int message_length);
int libssh2_channel_setenv_ex(LIBSSH2_CHANNEL *channel, const char *name, unsigned int name_length, const char *value,
                              unsigned int value_length);
int libssh2_channel_request_pty_ex(LIBSSH2_CHANNEL *channel, const char *term, unsigned int term_length,
                                   const char *modes, unsigned int modes_length, int width, int height, int width_px,
                                   int height_px);
int libssh2_channel_process_startup(LIBSSH2_CHANNEL *channel, const char *request, unsigned int request_length,
                                    const char *message, unsigned int message_length);
ssize_t libssh2_channel_read_ex(LIBSSH2_CHANNEL *channel, int stream, char *buffer, size_t length);
ssize_t libssh2_channel_write_ex(LIBSSH2_CHANNEL *channel, int stream, const char *buffer, size_t length);
int libssh2_channel_send_eof(LIBSSH2_CHANNEL *channel);
int libssh2_channel_eof(LIBSSH2_CHANNEL *channel);
int libssh2_channel_wait_eof(LIBSSH2_CHANNEL *channel);
int libssh2_channel_wait_closed(LIBSSH2_CHANNEL *channel);
int libssh2_channel_close(LIBSSH2_CHANNEL *channel);
int libssh2_channel_free(LIBSSH2_CHANNEL *channel);
int libssh2_channel_get_exit_status(LIBSSH2_CHANNEL *channel);
int libssh2_channel_get_exit_signal(LIBSSH2_CHANNEL *channel, char **signal, size_t *signal_length, char **message,
                                    size_t *message_length, char **language, size_t *language_length);
// Since 1.11; DROVER_SSH2_MISSING where the library has none.
int libssh2_channel_signal_ex(LIBSSH2_CHANNEL *channel, const char *signal, size_t length);

enum { DROVER_SSH2_MISSING = -10000 };

#pragma GCC visibility pop

#endif
