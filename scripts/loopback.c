// Preloaded into adbd, which would otherwise listen on every interface and on the virtual machine's own socket family.
// Internet sockets are bound to 127.0.0.1 at a port that the system picks; everything but local sockets is refused.
// The port is written to the file named by LOOPBACK_PORT_FILE as soon as connections are accepted.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int bind(int socket, const struct sockaddr *address, socklen_t length) {
    int (*system_bind)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
    if (address->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        struct sockaddr_in6 loopback = {.sin6_family = AF_INET6};
        // The IPv4 loopback address as an IPv6 socket spells it.
        loopback.sin6_addr.s6_addr[10] = loopback.sin6_addr.s6_addr[11] = 0xff;
        loopback.sin6_addr.s6_addr[12] = 127;
        loopback.sin6_addr.s6_addr[15] = 1;
        return system_bind(socket, (struct sockaddr *)&loopback, sizeof loopback);
    }
    if (address->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        struct sockaddr_in loopback = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        return system_bind(socket, (struct sockaddr *)&loopback, sizeof loopback);
    }
    if (address->sa_family == AF_UNIX) {
        return system_bind(socket, address, length);
    }
    errno = EAFNOSUPPORT;
    return -1;
}

static void publish(int port) {
    const char *path = getenv("LOOPBACK_PORT_FILE");
    char partial[4096];
    if (path == NULL || snprintf(partial, sizeof partial, "%s.partial", path) >= (int)sizeof partial) return;
    FILE *file = fopen(partial, "we");
    if (file == NULL) return;
    fprintf(file, "%d\n", port);
    // Renamed when whole, so that whoever waits for the file never reads half a number.
    if (fclose(file) == 0) rename(partial, path);
}

int listen(int socket, int backlog) {
    int (*system_listen)(int, int) = dlsym(RTLD_NEXT, "listen");
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &length) != 0) return -1;
    int isInternet = address.ss_family == AF_INET || address.ss_family == AF_INET6;
    if (!isInternet && address.ss_family != AF_UNIX) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    // A short queue would lose connections when many tests dial at once.
    int outcome = system_listen(socket, backlog < 128 ? 128 : backlog);
    if (outcome == 0 && isInternet) {
        // The two families keep the port at the same place.
        publish(ntohs(((struct sockaddr_in *)&address)->sin_port));
    }
    return outcome;
}
