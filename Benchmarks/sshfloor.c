// The floor for `drover push` through SSH: one mapped file into many forwarded streams, over a few connections of libssh2,
// each payload behind a 24-byte header. A thread for every connection, blocking calls, a MiB for each stream in turn. It
// waits for no acknowledgement and checks no host key.
// Usage: sshfloor FILE STREAMS PORT USER KEY SSHPORT...; STREAMS in all, to PORT as the servers see it.
// Prints the seconds from the first connect to the last far end's goodbye.
#define _GNU_SOURCE
#include "CSSH2.h"
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { headerSize = 24, payloadSize = 1024 * 1024, mostStreams = 1024 };

static const char *file;
static size_t size;
static const char *user;
static char key[16384];
static int port;

struct connection {
    pthread_t thread;
    int sshPort;
    int streams;
};

static void failed(LIBSSH2_SESSION *session, const char *operation) {
    char *words = NULL;
    libssh2_session_last_error(session, &words, NULL, 0);
    fprintf(stderr, "%s: %s\n", operation, words ? words : "?");
    exit(1);
}

static ssize_t take(int descriptor, void *buffer, size_t length, int flags, void **owner) {
    (void)owner;
    ssize_t count = recv(descriptor, buffer, length, flags);
    return count < 0 ? -errno : count;
}

static ssize_t give(int descriptor, const void *buffer, size_t length, int flags, void **owner) {
    (void)owner;
    ssize_t count = send(descriptor, buffer, length, flags | MSG_NOSIGNAL);
    return count < 0 ? -errno : count;
}

static void leave(LIBSSH2_SESSION *session, int reason, const char *message, int length, const char *language,
                  int languageLength, void **owner) {
    (void)session, (void)reason, (void)message, (void)length, (void)language, (void)languageLength, (void)owner;
}

static void put(LIBSSH2_SESSION *session, LIBSSH2_CHANNEL *channel, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = libssh2_channel_write_ex(channel, 0, bytes, count);
        if (written < 0) failed(session, "write");
        bytes += written;
        count -= written;
    }
}

static LIBSSH2_CHANNEL *stream(LIBSSH2_SESSION *session) {
    char message[64];
    static const char host[] = "127.0.0.1";
    size_t length = 0;
    for (int i = 0; i < 2; i++) {
        unsigned int count = htonl(sizeof host - 1), number = htonl(i == 0 ? port : 0);
        memcpy(message + length, &count, 4);
        memcpy(message + length + 4, host, sizeof host - 1);
        memcpy(message + length + 4 + sizeof host - 1, &number, 4);
        length += 8 + sizeof host - 1;
    }
    LIBSSH2_CHANNEL *made = libssh2_channel_open_ex(session, "direct-tcpip", 12, 2 << 20, 32 << 10, message, length);
    if (!made) failed(session, "open a stream");
    return made;
}

static void *work(void *argument) {
    struct connection *connection = argument;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons(connection->sshPort);
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    LIBSSH2_SESSION *session = drover_ssh2_session(NULL, take, give, leave);
    if (!session) fail("session");
    libssh2_session_set_blocking(session, 1);
    for (int method = 2; method <= 3; method++) {
        libssh2_session_method_pref(session, method, "chacha20-poly1305@openssh.com");
    }
    if (libssh2_session_handshake(session, descriptor) != 0) failed(session, "handshake");
    if (libssh2_userauth_publickey_frommemory(session, user, strlen(user), NULL, 0, key, strlen(key), NULL) != 0) {
        failed(session, "log in");
    }
    LIBSSH2_CHANNEL *streams[mostStreams];
    for (int i = 0; i < connection->streams; i++) streams[i] = stream(session);
    static const char header[headerSize] = "WRTE";
    for (size_t start = 0; start < size; start += payloadSize) {
        size_t payload = size - start < payloadSize ? size - start : payloadSize;
        for (int i = 0; i < connection->streams; i++) {
            put(session, streams[i], header, headerSize);
            put(session, streams[i], file + start, payload);
        }
    }
    for (int i = 0; i < connection->streams; i++) {
        if (libssh2_channel_send_eof(streams[i]) != 0) failed(session, "end a stream");
    }
    // The far end read everything and closed.
    for (int i = 0; i < connection->streams; i++) {
        if (libssh2_channel_wait_eof(streams[i]) != 0) failed(session, "wait for the end of a stream");
    }
    close(descriptor);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc < 7 || argc > 70) {
        fprintf(stderr, "usage: sshfloor FILE STREAMS PORT USER KEY SSHPORT...\n");
        return 2;
    }
    if (drover_ssh2_load() != 0) {
        fprintf(stderr, "%s\n", drover_ssh2_load_error());
        return 1;
    }
    int descriptor = open(argv[1], O_RDONLY);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0) fail(argv[1]);
    size = status.st_size;
    file = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (file == MAP_FAILED) fail("mmap");
    int all = atoi(argv[2]), count = argc - 6;
    if (all > mostStreams) return 2;
    port = atoi(argv[3]);
    user = argv[4];
    int keyFile = open(argv[5], O_RDONLY);
    if (keyFile < 0 || read(keyFile, key, sizeof key - 1) <= 0) fail(argv[5]);

    struct connection connections[64];
    double started = now();
    for (int i = 0; i < count; i++) {
        connections[i].sshPort = atoi(argv[6 + i]);
        connections[i].streams = all * (i + 1) / count - all * i / count;
        if (pthread_create(&connections[i].thread, NULL, work, &connections[i]) != 0) fail("pthread_create");
    }
    for (int i = 0; i < count; i++) pthread_join(connections[i].thread, NULL);
    printf("%.6f\n", now() - started);
}
