import Glibc

/// How many processors this machine has.
enum Processors {
    /// Threads for work that uses a processor: one for each, at least 1 and at most 8.
    static var forWork: Int { min(8, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }
}
