import Glibc

/// A lock with a place to wait, for the few threads of a packing, which block on purpose.
final class Monitor: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        // Neither can fail without attributes.
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` alone.
    func locked<Value>(_ body: () -> Value) -> Value {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }

    /// Lets others in until somebody calls ``wakeAll()``; only inside ``locked(_:)``.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// Wakes all who wait.
    func wakeAll() { pthread_cond_broadcast(condition) }
}

/// A thread of our own: reading and compressing block, and Swift's pool has no thread to spare for that.
final class WorkThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Starts a thread; nil when the system has none left, and then nothing runs.
    init?(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard failure == 0 else {
            body.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for its end; once, and not after ``detach()``.
    func join() { pthread_join(thread, nil) }

    /// Lets it run on by itself.
    func detach() { pthread_detach(thread) }
}
