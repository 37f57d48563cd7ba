#ifndef CLINUX_H
#define CLINUX_H

// What Glibc's Swift module leaves out because it needs _GNU_SOURCE, and calls whose flags import unevenly.

#include <stdint.h>
#include <sys/types.h>

/// One readiness report: the token given at registration and the events that are pending.
struct drover_ready {
    uint64_t token;
    uint32_t events;
};

enum {
    DROVER_READABLE = 1,
    DROVER_WRITABLE = 4,
    DROVER_ERROR = 8,
    DROVER_HANGUP = 16,
};

/// Makes a close-on-exec epoll descriptor; -1 and errno on failure.
int drover_epoll_create(void);
/// Adds (0), changes (1) or removes (2) a descriptor; 0, or -1 and errno.
int drover_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token);
/// Collects up to `capacity` (at most 256) pending reports without waiting; the count, or -1 and errno.
int drover_epoll_collect(int epoll, struct drover_ready *into, int capacity);
/// accept4 with non-blocking and close-on-exec set; -1 and errno on failure.
int drover_accept(int listener);
/// A non-blocking, close-on-exec stream socket; -1 and errno on failure.
int drover_stream_socket(int family);
/// The lane that this thread is running a turn of, or null.
void *drover_current_lane(void);
/// Notes which lane this thread is running a turn of.
void drover_enter_lane(void *lane);

/// Takes the write lock of an open file, which goes when the last descriptor of that opening is closed; 0, or -1 and errno.
int drover_lock(int descriptor);
/// Whether another opening of the file holds its write lock: 1, 0, or -1 and errno.
int drover_is_locked(int descriptor);

/// Has the system begin to write a part of a file to its disk, without waiting for it; a hint that may do nothing.
void drover_begin_writing(int descriptor, int64_t offset, int64_t count);

#endif
