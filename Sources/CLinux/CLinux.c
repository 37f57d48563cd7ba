#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

_Static_assert(DROVER_READABLE == EPOLLIN && DROVER_WRITABLE == EPOLLOUT, "event bits are the kernel's");
_Static_assert(DROVER_ERROR == EPOLLERR && DROVER_HANGUP == EPOLLHUP, "event bits are the kernel's");

int drover_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int drover_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    static const int operations[] = {EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL};
    struct epoll_event event = {.events = events, .data.u64 = token};
    return epoll_ctl(epoll, operations[operation], descriptor, &event);
}

int drover_epoll_collect(int epoll, struct drover_ready *into, int capacity) {
    struct epoll_event events[256];
    int count;
    if (capacity > 256) capacity = 256;
    do {
        count = epoll_wait(epoll, events, capacity, 0);
    } while (count < 0 && errno == EINTR);
    for (int i = 0; i < count; i++) {
        into[i].token = events[i].data.u64;
        into[i].events = events[i].events;
    }
    return count;
}

int drover_accept(int listener) {
    int descriptor;
    do {
        descriptor = accept4(listener, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

int drover_stream_socket(int family) { return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

static _Thread_local void *current_lane;

void *drover_current_lane(void) { return current_lane; }

void drover_enter_lane(void *lane) { current_lane = lane; }

int drover_lock(int descriptor) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(descriptor, F_OFD_SETLK, &lock);
}

int drover_is_locked(int descriptor) {
    // Asked for a shared lock, since the file may be open for reading only.
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    if (fcntl(descriptor, F_OFD_GETLK, &lock) != 0) return -1;
    return lock.l_type != F_UNLCK;
}

void drover_begin_writing(int descriptor, int64_t offset, int64_t count) {
    sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE);
}
