import Glibc

/// Who holds a lease: a run, the process that carries it, and the person who started it.
public struct LeaseHolder: Hashable, Sendable {
    /// The user's name, or their number where it has none.
    public let owner: String
    /// The user's number.
    public let uid: UInt32
    /// The run, such as `2026-11-20-brave-otter`.
    public let run: String
    /// The process that holds it.
    public let process: ProcessMark

    /// Names a holder.
    public init(owner: String, uid: UInt32, run: String, process: ProcessMark) {
        self.owner = owner
        self.uid = uid
        self.run = run
        self.process = process
    }

    /// This process and its user, for a run.
    public static func current(run: String) -> Self {
        let uid = geteuid()
        return Self(owner: userName(uid) ?? "user \(uid)", uid: uid, run: run, process: .current)
    }

    private static func userName(_ uid: uid_t) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, found != nil, let name = entry.pw_name else {
            return nil
        }
        return String(cString: name)
    }
}

/// One process of one machine, told apart from a later one with the same number.
public struct ProcessMark: Hashable, Sendable {
    /// Its number.
    public let pid: Int32
    /// When it started, in clock ticks since the machine did.
    public let start: Int64
    /// The machine's boot, which changes whenever it starts.
    public let boot: String
    /// The space in which the number means something; containers have their own.
    public let space: String
    /// The machine's name.
    public let machine: String

    /// Names a process.
    public init(pid: Int32, start: Int64, boot: String, space: String, machine: String) {
        self.pid = pid
        self.start = start
        self.boot = boot
        self.space = space
        self.machine = machine
    }

    /// This process.
    public static let current = here(getpid())

    /// A process of this machine by its number.
    static func here(_ pid: pid_t) -> Self {
        Self(
            pid: pid, start: ProcessTable.stat(pid)?.start ?? 0, boot: ProcessTable.boot, space: ProcessTable.space,
            machine: ProcessTable.machine)
    }
}
