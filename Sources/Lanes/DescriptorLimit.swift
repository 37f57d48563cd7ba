import Glibc

/// The process's limit of open descriptors, one of which every phone's link needs.
public enum DescriptorLimit {
    /// Raises the soft limit to the hard one, and tells the limit now in force.
    ///
    /// To be called first before the program has threads.
    @discardableResult
    public static func raise() -> Int {
        let limit = raiseSoftLimit()
        growTable(to: min(limit, 16_384))
        return limit
    }

    /// Makes room for that many descriptors at once.
    ///
    /// Linux doubles a process's table whenever it is full, and once there are threads each time waits until all of them
    /// have let go of the old one: 10 ms or so, five times on the way to a thousand phones.
    private static func growTable(to count: Int) {
        let last = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, CInt(count - 1))
        if last >= 0 { close(last) }
    }

    private static func raiseSoftLimit() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
