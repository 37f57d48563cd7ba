import Glibc

/// What this machine says about its processes.
enum ProcessTable {
    /// The number of this boot.
    static let boot = firstLine(of: "/proc/sys/kernel/random/boot_id")
    /// The space in which process numbers mean something here.
    static let space = target(of: "/proc/self/ns/pid")
    /// The machine's name.
    static let machine: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return text(name)
    }()

    /// Whether a process runs; nil when that cannot be seen from here.
    static func isRunning(_ mark: ProcessMark) -> Bool? {
        guard mark.machine == machine else { return nil }
        guard mark.boot == boot else { return false }
        guard mark.space == space else { return nil }
        if kill(mark.pid, 0) != 0, errno == ESRCH { return false }
        // Where others' processes are hidden, all that is known is that there is one with this number.
        guard let found = stat(mark.pid) else { return nil }
        return found.start == mark.start && !found.isDead
    }

    /// What `/proc` tells of a process.
    static func stat(_ pid: pid_t) -> (start: Int64, isDead: Bool)? {
        let line = firstLine(of: "/proc/\(pid)/stat")
        // The program's name stands in parentheses and may hold anything, also parentheses.
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = Int64(fields[19]) else { return nil }
        return (start, fields[0] == "Z" || fields[0] == "X")
    }

    private static func firstLine(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count - 1)
        guard count > 0 else { return "" }
        return text(buffer).split(separator: "\n").first.map(String.init) ?? ""
    }

    private static func target(of link: String) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        return readlink(link, &buffer, buffer.count - 1) > 0 ? text(buffer) : ""
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
