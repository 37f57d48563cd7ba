// Accepts connections on loopback and throws away what they carry: the far end of pushfloor.
// Prints its port; ends when its standard input does.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { bufferSize = 256 * 1024, batch = 256 };

static void watch(int readiness, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(readiness, EPOLL_CTL_ADD, descriptor, &event) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
}

int main(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int readiness = epoll_create1(0);
    watch(readiness, listener);
    watch(readiness, STDIN_FILENO);
    char *buffer = malloc(bufferSize);
    struct epoll_event events[batch];
    for (;;) {
        int count = epoll_wait(readiness, events, batch, -1);
        for (int i = 0; i < count; i++) {
            int descriptor = events[i].data.fd;
            if (descriptor == STDIN_FILENO) return 0;
            if (descriptor == listener) {
                int phone;
                while ((phone = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) watch(readiness, phone);
                continue;
            }
            ssize_t bytes = read(descriptor, buffer, bufferSize);
            if (bytes == 0 || (bytes < 0 && errno != EAGAIN && errno != EINTR)) close(descriptor);
        }
    }
}
