// The floor for `drover push`: one mapped file to many sockets, each payload behind a 24-byte header, with nothing in
// between but epoll and writev. It waits for no acknowledgement, so no ADB client can be faster.
// Usage: pushfloor FILE SOCKETS PORT; prints the seconds from the first connect to the last far end's goodbye.
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { headerSize = 24, payloadSize = 1024 * 1024, batch = 256 };

struct phone {
    int socket;
    // Bytes written so far, headers included.
    size_t written;
};

// One writev: what is left of the current packet. Returns 1 when the file is through.
static int step(struct phone *phone, const char *header, const char *file, size_t size) {
    size_t packet = phone->written / (headerSize + payloadSize);
    size_t within = phone->written % (headerSize + payloadSize);
    size_t start = packet * payloadSize;
    size_t payload = size - start < payloadSize ? size - start : payloadSize;
    struct iovec parts[2];
    int count = 0;
    if (within < headerSize) parts[count++] = (struct iovec){(void *)(header + within), headerSize - within};
    size_t skipped = within < headerSize ? 0 : within - headerSize;
    parts[count++] = (struct iovec){(void *)(file + start + skipped), payload - skipped};
    ssize_t bytes = writev(phone->socket, parts, count);
    if (bytes < 0 && errno != EAGAIN && errno != EINTR) fail("writev");
    if (bytes > 0) phone->written += bytes;
    size_t packets = (size + payloadSize - 1) / payloadSize;
    return phone->written == size + packets * headerSize;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: pushfloor FILE SOCKETS PORT\n");
        return 2;
    }
    int descriptor = open(argv[1], O_RDONLY);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0) fail(argv[1]);
    size_t size = status.st_size;
    const char *file = mmap(NULL, size, PROT_READ, MAP_SHARED, descriptor, 0);
    if (file == MAP_FAILED) fail("mmap");
    int sockets = atoi(argv[2]);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons(atoi(argv[3]));
    static const char header[headerSize] = "WRTE";

    int readiness = epoll_create1(0);
    struct phone *phones = calloc(sockets, sizeof *phones);
    double started = now();
    for (int i = 0; i < sockets; i++) {
        phones[i].socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (phones[i].socket < 0) fail("socket");
        if (connect(phones[i].socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) {
            fail("connect");
        }
        struct epoll_event event = {.events = EPOLLOUT, .data.ptr = &phones[i]};
        if (epoll_ctl(readiness, EPOLL_CTL_ADD, phones[i].socket, &event) != 0) fail("epoll_ctl");
    }
    int open = sockets;
    struct epoll_event events[batch];
    while (open > 0) {
        int count = epoll_wait(readiness, events, batch, -1);
        for (int i = 0; i < count; i++) {
            struct phone *phone = events[i].data.ptr;
            if (events[i].events & EPOLLIN) {
                // The far end read everything and closed.
                close(phone->socket);
                open--;
            } else if (step(phone, header, file, size)) {
                shutdown(phone->socket, SHUT_WR);
                struct epoll_event event = {.events = EPOLLIN, .data.ptr = phone};
                if (epoll_ctl(readiness, EPOLL_CTL_MOD, phone->socket, &event) != 0) fail("epoll_ctl");
            }
        }
    }
    printf("%.6f\n", now() - started);
}
