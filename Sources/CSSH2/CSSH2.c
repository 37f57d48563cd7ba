#define _GNU_SOURCE
#include "CSSH2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void *library;
static char load_error[512];

static void open_library(void) {
    static const char *const beside[] = {"/libssh2.so.1", "/../lib/drover/libssh2.so.1"};
    char program[4096];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 64);
    const int mode = RTLD_NOW | RTLD_LOCAL;
    if (length > 0) {
        program[length] = 0;
        char *slash = strrchr(program, '/');
        for (size_t i = 0; slash && !library && i < sizeof beside / sizeof *beside; i++) {
            strcpy(slash, beside[i]);
            library = dlopen(program, mode);
        }
    }
    if (!library) library = dlopen("libssh2.so.1", mode);
    if (library) return;
    const char *reason = dlerror();
    snprintf(load_error, sizeof load_error, "%s", reason ? reason : "it cannot be loaded");
}

static void load(void) {
    open_library();
    if (!library) return;
    int (*init)(int);
    *(void **)&init = dlsym(library, "libssh2_init");
    if (!init || init(0) != 0) {
        snprintf(load_error, sizeof load_error, "it cannot be initialised");
        library = NULL;
    }
}

int drover_ssh2_load(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return library ? 0 : -1;
}

const char *drover_ssh2_load_error(void) { return load_error; }

static void *find(const char *name) { return library ? dlsym(library, name) : NULL; }

// A function of the library under its own name: found once, and called from then on. Several lanes may find it at once
// and store the same pointer.
#define FORWARD(type, name, parameters, arguments, missing)                              \
    type name parameters {                                                               \
        static void *found;                                                              \
        void *function = __atomic_load_n(&found, __ATOMIC_RELAXED);                      \
        if (!function) {                                                                 \
            function = find(#name);                                                      \
            __atomic_store_n(&found, function, __ATOMIC_RELAXED);                        \
        }                                                                                \
        if (!function) return missing;                                                   \
        return ((type(*) parameters)function)arguments;                                  \
    }
#define NOTHING

FORWARD(const char *, libssh2_version, (int required), (required), NULL)
FORWARD(void, libssh2_session_set_blocking, (LIBSSH2_SESSION *session, int blocking), (session, blocking), NOTHING)
FORWARD(int, libssh2_session_method_pref, (LIBSSH2_SESSION *session, int method, const char *names),
        (session, method, names), -1)
FORWARD(int, libssh2_session_supported_algs, (LIBSSH2_SESSION *session, int method, const char ***names),
        (session, method, names), -1)
FORWARD(void, libssh2_free, (LIBSSH2_SESSION *session, void *memory), (session, memory), NOTHING)
FORWARD(int, libssh2_session_handshake, (LIBSSH2_SESSION *session, int socket), (session, socket), -1)
FORWARD(const char *, libssh2_session_banner_get, (LIBSSH2_SESSION *session), (session), NULL)
FORWARD(const char *, libssh2_session_hostkey, (LIBSSH2_SESSION *session, size_t *length, int *type),
        (session, length, type), NULL)
FORWARD(const char *, libssh2_session_methods, (LIBSSH2_SESSION *session, int method), (session, method), NULL)
FORWARD(int, libssh2_session_last_error, (LIBSSH2_SESSION *session, char **message, int *length, int wants_copy),
        (session, message, length, wants_copy), -1)
FORWARD(int, libssh2_session_disconnect_ex,
        (LIBSSH2_SESSION *session, int reason, const char *description, const char *language),
        (session, reason, description, language), -1)
FORWARD(int, libssh2_session_free, (LIBSSH2_SESSION *session), (session), -1)
FORWARD(void, libssh2_keepalive_config, (LIBSSH2_SESSION *session, int wants_reply, unsigned int interval),
        (session, wants_reply, interval), NOTHING)
FORWARD(int, libssh2_keepalive_send, (LIBSSH2_SESSION *session, int *seconds), (session, seconds), -1)
FORWARD(char *, libssh2_userauth_list, (LIBSSH2_SESSION *session, const char *user, unsigned int length),
        (session, user, length), NULL)
FORWARD(int, libssh2_userauth_authenticated, (LIBSSH2_SESSION *session), (session), 0)
FORWARD(int, libssh2_userauth_publickey_frommemory,
        (LIBSSH2_SESSION *session, const char *user, size_t user_length, const char *public_key, size_t public_length,
         const char *private_key, size_t private_length, const char *passphrase),
        (session, user, user_length, public_key, public_length, private_key, private_length, passphrase), -1)
FORWARD(int, libssh2_userauth_publickey,
        (LIBSSH2_SESSION *session, const char *user, const unsigned char *blob, size_t length, drover_ssh2_sign sign,
         void **abstract),
        (session, user, blob, length, sign, abstract), -1)
FORWARD(LIBSSH2_CHANNEL *, libssh2_channel_open_ex,
        (LIBSSH2_SESSION *session, const char *type, unsigned int type_length, unsigned int window, unsigned int packet,
         const char *message, unsigned int message_length),
        (session, type, type_length, window, packet, message, message_length), NULL)
FORWARD(int, libssh2_channel_setenv_ex,
        (LIBSSH2_CHANNEL *channel, const char *name, unsigned int name_length, const char *value,
         unsigned int value_length),
        (channel, name, name_length, value, value_length), -1)
FORWARD(int, libssh2_channel_request_pty_ex,
        (LIBSSH2_CHANNEL *channel, const char *term, unsigned int term_length, const char *modes,
         unsigned int modes_length, int width, int height, int width_px, int height_px),
        (channel, term, term_length, modes, modes_length, width, height, width_px, height_px), -1)
FORWARD(int, libssh2_channel_process_startup,
        (LIBSSH2_CHANNEL *channel, const char *request, unsigned int request_length, const char *message,
         unsigned int message_length),
        (channel, request, request_length, message, message_length), -1)
FORWARD(ssize_t, libssh2_channel_read_ex, (LIBSSH2_CHANNEL *channel, int stream, char *buffer, size_t length),
        (channel, stream, buffer, length), -1)
FORWARD(ssize_t, libssh2_channel_write_ex, (LIBSSH2_CHANNEL *channel, int stream, const char *buffer, size_t length),
        (channel, stream, buffer, length), -1)
FORWARD(int, libssh2_channel_send_eof, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_eof, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_wait_eof, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_wait_closed, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_close, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_free, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_get_exit_status, (LIBSSH2_CHANNEL *channel), (channel), -1)
FORWARD(int, libssh2_channel_get_exit_signal,
        (LIBSSH2_CHANNEL *channel, char **signal, size_t *signal_length, char **message, size_t *message_length,
         char **language, size_t *language_length),
        (channel, signal, signal_length, message, message_length, language, language_length), -1)
FORWARD(int, libssh2_channel_signal_ex, (LIBSSH2_CHANNEL *channel, const char *signal, size_t length),
        (channel, signal, length), DROVER_SSH2_MISSING)

LIBSSH2_SESSION *drover_ssh2_session(void *owner, drover_ssh2_recv receive, drover_ssh2_send send,
                                     drover_ssh2_disconnect disconnect) {
    LIBSSH2_SESSION *(*make)(void *, void *, void *, void *);
    void *(*set)(LIBSSH2_SESSION *, int, void *);
    *(void **)&make = find("libssh2_session_init_ex");
    *(void **)&set = find("libssh2_session_callback_set");
    LIBSSH2_SESSION *session = make && set ? make(NULL, NULL, NULL, owner) : NULL;
    if (!session) return NULL;
    set(session, DROVER_SSH2_RECV_CALLBACK, *(void **)&receive);
    set(session, DROVER_SSH2_SEND_CALLBACK, *(void **)&send);
    set(session, DROVER_SSH2_DISCONNECT_CALLBACK, *(void **)&disconnect);
    libssh2_session_set_blocking(session, 0);
    return session;
}
